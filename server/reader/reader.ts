/**
 * Reader: the port to Delta tables without Spark. DuckDB runs in a child process (native code), so a crash
 * or a hang there is a refusal here. `version` is pinned: a result never changes under a person.
 */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { RowDifference } from '#lib/domain/provenance.ts'
import type { Page, PageRequest, ResultColumn } from '#lib/domain/result.ts'
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import type { Delimiter, Encoding, ImportColumn, ImportType, Reading } from '#lib/domain/import.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { CompareRequest, WrittenComparison } from './compare-tables.ts'

export type ReaderRefusal = 'reader-unavailable' | 'reader-timeout' | 'storage-unavailable' | 'result-gone' | 'column-missing' | 'filter-invalid' | 'table-unreadable' | 'too-large' | 'cancelled'

export interface TableRef {
  /** Key of the Delta table's folder in the bucket. */
  path: string
  version: number
  columns: ResultColumn[]
  /** How many there are, as who wrote it says. */
  rows?: number
  /** Changes when another table came to lie at the same path. Results have no need of it: their paths are used once. */
  mark?: string
  log?: LongLog
}

/** A log that is better compacted before it is read; see compacted-logs.ts. Of those that are not, nothing needs to be said. */
export interface LongLog {
  /** Names of its files, none when the commits reach back to the first. */
  checkpoint: string[]
  /** How many commits came after that, up to the version. */
  commits: number
}

/** The Delta kernel reads as many commits in a moment; and more bytes than that are not parsed in memory. */
const LONG_LOG = { commits: 200, bytes: 2 ** 26 }

export const isLongLog = (commits: number, bytes: number): boolean => commits > LONG_LOG.commits && bytes <= LONG_LOG.bytes

/** The files of a table's log that tell what it is at one version; see src/lib/domain/delta-log.ts. */
export interface LogRef {
  /** Key of the table's folder. */
  folder: string
  checkpoint: string[]
  commits: string[]
  /** Bytes of the largest file of lines: of the commits, and of a checkpoint that is written as they are. */
  largest: number
  /** The version that they end with. */
  version?: number
  long?: LongLog
}

export interface TableState {
  /** Spark's JSON. */
  schema: string
  description: string | null
  partitionColumns: string[]
  files: number | null
  bytes: number | null
  rows: number | null
}

export interface CommitLine {
  file: string
  /** JSON as its writer left it. */
  info: string | null
  rowsAdded: number | null
}

export interface FileRef {
  key: string
  format: 'csv' | 'json' | 'parquet'
  rows: number
}

export interface FileHead {
  columns: ResultColumn[]
  moreColumns: number
  rows: (string | null)[][]
}

/** An uploaded file that somebody looks at; what is null is found out. */
export type SourceQuestion = { key: string } & (
  | { format: 'csv'; delimiter: Delimiter | null; encoding: Encoding; hasHeader: boolean | null }
  | { format: 'sheet'; sheet: number; hasHeader: boolean | null; width: number }
  | { format: 'parquet' }
  | { format: 'json'; bytes: number }
)

export interface SourceLook {
  reading: Reading
  /** `given` is the type that the file itself says, in DuckDB's words. */
  columns: (ImportColumn & { type: ImportType; given: string | null })[]
  rows: (string | null)[][]
  /** All of its columns are here; of much JSON there may be no time to look at every row for its fields. */
  isWhole: boolean
}

export interface ResultFile {
  /** The file leaves the disk when this is read to its end, given up or never begun. */
  body: ReadableStream<Uint8Array>
  bytes: number
}

/** Two tables compared; `body` holds the rows that differ, as Parquet. */
export interface ComparedTables extends WrittenComparison {
  /** The file leaves the disk when this is read to its end, given up or never begun. */
  body: ReadableStream<Uint8Array>
}

export interface Reader {
  page(table: TableRef, request: PageRequest, signal?: AbortSignal): Promise<Outcome<Page, ReaderRefusal>>
  /** Aggregated over the whole table, at most `limit` points (default 5000). */
  chart(table: TableRef, encoding: ChartEncoding, signal?: AbortSignal): Promise<Outcome<ChartData, ReaderRefusal>>
  /** `signal` ends the search, or takes it out of the queue, when nobody waits for it any more. */
  find(table: TableRef, request: FindRequest, signal?: AbortSignal): Promise<Outcome<FoundRows, ReaderRefusal>>
  /** What these columns hold, over the whole table. */
  summaries(table: TableRef, columns: string[], signal?: AbortSignal): Promise<Outcome<ColumnSummary[], ReaderRefusal>>
  /** How the rows of two tables with the same columns differ, whatever their order; what it takes is bounded like a file. */
  sameRows(before: TableRef, after: TableRef, signal?: AbortSignal): Promise<Outcome<RowDifference, ReaderRefusal>>
  /** The view as a file. It is made first and then streamed, so that a slow taker keeps no question open. */
  file(table: TableRef, request: FileRequest, signal?: AbortSignal): Promise<Outcome<ResultFile, ReaderRefusal>>
  /** Over all rows of both; what it takes is bounded like a file. */
  compare(request: CompareRequest, signal?: AbortSignal): Promise<Outcome<ComparedTables, ReaderRefusal>>
  /** What a table is, by its log alone. */
  state(log: LogRef): Promise<Outcome<TableState, ReaderRefusal>>
  /** What these commits say of themselves. */
  commits(log: Omit<LogRef, 'checkpoint'>): Promise<Outcome<CommitLine[], ReaderRefusal>>
  fileHead(file: FileRef): Promise<Outcome<FileHead, ReaderRefusal>>
  source(question: SourceQuestion): Promise<Outcome<SourceLook, ReaderRefusal>>
  check(): Promise<void>
  close(): Promise<void>
}
