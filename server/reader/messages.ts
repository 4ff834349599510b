/** What the web process and the reader process say to each other over IPC (JSON). */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import type { RowDifference } from '#lib/domain/provenance.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { CompareRequest, WrittenComparison } from './compare-tables.ts'
import type { CommitLine, FileHead, FileRef, LogRef, ReaderRefusal, SourceLook, SourceQuestion, TableRef, TableState } from './reader.ts'
import type { WrittenFile } from './write-file.ts'

export interface ReaderSettings {
  extensionsDir: string
  s3: { endpoint: string; accessKey: string; secretKey: string; region: string; bucket: string }
  memoryLimit: string
  threads: number
  /** Where a sort that does not fit may spill: of one process alone, for DuckDB names its files alike in each. */
  spillDir: string
  /** Files for downloads are written below it. */
  filesDir: string
  tablesKept: number
}

export type Question =
  | { kind: 'page'; table: TableRef; request: PageRequest }
  | { kind: 'chart'; table: TableRef; encoding: ChartEncoding }
  | { kind: 'find'; table: TableRef; request: FindRequest }
  | { kind: 'summaries'; table: TableRef; columns: string[] }
  | { kind: 'same-rows'; before: TableRef; after: TableRef }
  | { kind: 'file'; table: TableRef; request: FileRequest; path: string }
  | { kind: 'compare'; request: CompareRequest; path: string }
  | { kind: 'state'; log: LogRef }
  | { kind: 'commits'; log: Omit<LogRef, 'checkpoint'> }
  | { kind: 'file-head'; file: FileRef }
  | { kind: 'source'; source: SourceQuestion }
  | { kind: 'ping' }

export type ToChild = { kind: 'open'; settings: ReaderSettings } | { kind: 'ask'; id: number; question: Question } | { kind: 'interrupt'; id: number }

/** `detail` is the engine's own words, for the log only. */
export type Answer =
  | { ok: true; value: Page | ChartData | FoundRows | ColumnSummary[] | WrittenFile | WrittenComparison | TableState | CommitLine[] | FileHead | SourceLook | RowDifference | null }
  | { ok: false; reason: ReaderRefusal; message: string; detail?: string }

export type FromChild = { kind: 'answer'; id: number; answer: Answer } | { kind: 'opened' } | { kind: 'failed'; detail: string } | { kind: 'warned'; detail: string }
