/**
 * Row limit: how many rows of each table a cell keeps. It is the cell's own, beside its text, and every run remembers the
 * one it had. Null: all rows, which Spark writes itself.
 */
export const ROW_LIMITS = [1000, 10_000, 100_000, null] as const
export type RowLimit = (typeof ROW_LIMITS)[number]
export const ROW_LIMIT: RowLimit = 10_000

/** So ends what is said of a table that no kernel holds any more (kept_frames.py too): only its cell can give all rows then. */
export const RUN_AGAIN = 'Run the cell again with all rows.'

/** Which limit a table met that is not whole. */
export const CUTS = ['rows', 'bytes'] as const
export type CutBy = (typeof CUTS)[number]

export const isRowLimit = (value: unknown): value is RowLimit => (ROW_LIMITS as readonly unknown[]).includes(value)

export const describeRowLimit = (limit: RowLimit): string => (limit === null ? 'All rows' : `${limit.toLocaleString('en').replaceAll(',', ' ')} rows`)

/** Of a cell whose limit is not the usual one: what is said beside it. */
export const tellRowLimit = (limit: RowLimit): string => (limit === null ? 'Keeps all rows' : `Keeps ${describeRowLimit(limit)}`)
