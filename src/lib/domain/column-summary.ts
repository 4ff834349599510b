/** Column summary: what a column of a result holds, over all of its rows. Null, NaN and the infinities are told apart. */
import { columnKind, isNumeric } from './result.ts'

/** Columns of one question. */
export const SUMMARIES_MAX = 8
export const BINS = 20
export const TOP_VALUES = 5
/** Of more rows than this, different values are estimated. */
export const EXACT_DISTINCT_ROWS = 1_000_000

export interface ColumnSummary {
  column: string
  rows: number
  nulls: number
  nans: number
  infinities: number
  /** Different values; null where they are not counted. */
  distinct: number | null
  isDistinctExact: boolean
  /** As in a page; of numbers that are finite. */
  min: unknown
  max: unknown
  mean: number | null
  /** Numbers, or milliseconds since 1970; equal widths. */
  bins: { from: number; to: number; counts: number[] } | null
  /** The commonest values, cut when they are long. */
  top: { value: string; count: number }[] | null
}

/** How a column is drawn in small: bars along its values, its commonest values, or figures alone. */
export function summaryShape(type: string): 'bins' | 'top' | 'plain' {
  const kind = columnKind(type)
  if (isNumeric(kind) || kind === 'date' || kind === 'timestamp') return 'bins'
  return kind === 'text' || kind === 'boolean' ? 'top' : 'plain'
}
