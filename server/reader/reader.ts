/**
 * Reader: the port to Delta tables without Spark. DuckDB runs in a child process (native code), so a crash
 * or a hang there is a refusal here. `version` is pinned: a result never changes under a person.
 */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest, ResultColumn } from '#lib/domain/result.ts'
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'

export type ReaderRefusal = 'reader-unavailable' | 'reader-timeout' | 'storage-unavailable' | 'result-gone' | 'column-missing' | 'filter-invalid' | 'table-unreadable'

export interface TableRef {
  /** Key of the Delta table's folder in the bucket. */
  path: string
  version: number
  columns: ResultColumn[]
}

export interface Reader {
  page(table: TableRef, request: PageRequest): Promise<Outcome<Page, ReaderRefusal>>
  /** Aggregated over the whole table, at most `limit` points (default 5000). */
  chart(table: TableRef, encoding: ChartEncoding): Promise<Outcome<ChartData, ReaderRefusal>>
  check(): Promise<void>
  close(): Promise<void>
}
