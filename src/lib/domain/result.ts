/** Result: an immutable Delta table that one cell of one run wrote. A page of it is asked with sort and filter. */
import type { CellId, NotebookId, ResultId, RunId } from './ids.ts'

export interface ResultColumn {
  name: string
  /** Spark SQL type name, such as `bigint`, `decimal(38,2)`, `array<string>`. */
  type: string
}

export interface Result {
  id: ResultId
  notebookId: NotebookId
  runId: RunId
  cellId: CellId
  columns: ResultColumn[]
  /** Rows stored; more existed when `truncated`. */
  rows: number
  truncated: boolean
  createdAt: string
}

export const FILTER_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'is-null', 'is-not-null'] as const
export type FilterOperator = (typeof FILTER_OPERATORS)[number]

export interface PageRequest {
  offset: number
  limit: number
  sort: { column: string; direction: 'asc' | 'desc' }[]
  filter: { column: string; operator: FilterOperator; value: string | null }[]
}

/** A page: cells as JSON values; bigints, decimals, dates and binaries as text so that nothing is rounded. */
export interface Page {
  columns: ResultColumn[]
  rows: unknown[][]
  offset: number
  /** Rows that match the filter. */
  total: number
}

export const PAGE_MAX = 1000
