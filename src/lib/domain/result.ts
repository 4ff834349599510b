/** Result: an immutable Delta table that one cell of one run wrote. A page of it is asked with sort and filter. */
import type { CellId, NotebookId, ResultId, RunId } from './ids.ts'
import type { CutBy } from './row-limit.ts'

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
  /** The limit that it met; null of a whole one. */
  cutBy: CutBy | null
  /** The one that showed the first rows of the same table, where this one was loaded later. */
  wholeOf: ResultId | null
  createdAt: string
}

export const FILTER_OPERATORS = [
  '=', '!=', 'contains', 'not-contains', 'starts-with', '<', '<=', '>', '>=', 'is-empty', 'is-not-empty', 'is-null', 'is-not-null',
] as const
export type FilterOperator = (typeof FILTER_OPERATORS)[number]

/** All of them hold. */
export type RowFilter = { column: string; operator: FilterOperator; value: string | null }[]

export interface PageRequest {
  offset: number
  limit: number
  sort: { column: string; direction: 'asc' | 'desc' }[]
  filter: RowFilter
  /** Of a wide table only these columns, by their place in it; all when absent. */
  columns?: ColumnSpan
  /** One value, of one row and column, not cut at CELL_TEXT_MAX but at WHOLE_VALUE_MAX. */
  isWhole?: boolean
}

export interface ColumnSpan {
  first: number
  count: number
}

/** Which rows in which order: what a page, a search and a file of one view have in common. */
export type RowOrder = Pick<PageRequest, 'sort' | 'filter'>

/**
 * A page. Cells are JSON values and nothing is rounded: bigint, decimal, date, timestamp and binary are text,
 * NaN and the infinities are the texts `NaN`, `Infinity`, `-Infinity`, nested values are JSON arrays and objects
 * (a map is a list of {key, value}). What is longer than CELL_TEXT_MAX is a text that is cut and says how much is missing.
 */
export interface Page {
  columns: ResultColumn[]
  rows: unknown[][]
  offset: number
  /** Rows that match the filter. */
  total: number
}

export const PAGE_MAX = 1000
/** A table with more columns than this is read in blocks of some. */
export const WIDE_COLUMNS = 160
export const BLOCK_COLUMNS = 64
export const CELL_TEXT_MAX = 20_000
export const WHOLE_VALUE_MAX = 2_000_000

/** What stands at the end of a value that was cut. */
export const cutNote = (missing: string, what: 'characters' | 'bytes'): string => `… (${missing} more ${what})`
export const isCut = (value: unknown): boolean => typeof value === 'string' && /… \(\d+ more (characters|bytes)\)$/.test(value.slice(-60))

export type ColumnKind = 'integer' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp' | 'binary' | 'nested'

const KINDS: Record<string, ColumnKind> = {
  tinyint: 'integer', byte: 'integer', smallint: 'integer', short: 'integer', int: 'integer', integer: 'integer', bigint: 'integer', long: 'integer',
  float: 'float', real: 'float', double: 'float', decimal: 'decimal', string: 'text', varchar: 'text', char: 'text', boolean: 'boolean',
  date: 'date', timestamp: 'timestamp', timestamp_ntz: 'timestamp', timestamp_ltz: 'timestamp', binary: 'binary',
}

/** What a Spark SQL type is to a person: decides alignment, the operators of its filter, and the axis of a chart. */
export const columnKind = (type: string): ColumnKind => KINDS[/^[a-z_]+/.exec(type.trim().toLowerCase())?.[0] ?? ''] ?? 'nested'

export const isNumeric = (kind: ColumnKind): boolean => kind === 'integer' || kind === 'decimal' || kind === 'float'

const TEXT_ONLY: readonly FilterOperator[] = ['not-contains', 'starts-with', 'is-empty', 'is-not-empty']
const ORDERED = FILTER_OPERATORS.filter((one) => !TEXT_ONLY.includes(one))

/** The operators that mean something for a column of this kind. */
export function operatorsFor(kind: ColumnKind): readonly FilterOperator[] {
  if (kind === 'text') return FILTER_OPERATORS
  if (kind === 'nested') return ['contains', 'not-contains', 'is-null', 'is-not-null']
  if (kind === 'binary') return ['is-null', 'is-not-null']
  if (kind === 'boolean') return ['=', '!=', 'is-null', 'is-not-null']
  return ORDERED
}
