/**
 * Compare drift: whether the values of a column moved so far that a person should look. [COMPARE3] Nulls: by one percent of the
 * rows. Mean: by a tenth of what it was. A category: by five percent of the rows. Everything else is told, but not marked.
 */
import type { ColumnDrift } from './comparison.ts'

export type DriftSign = 'nulls' | 'mean' | 'shares'

const NULL_SHARE = 0.01
const MEAN_PART = 0.1
const CATEGORY_SHARE = 0.05
/** Sums of fractions are not exact. */
const NEARLY = 1e-12

export interface RowTotals {
  before: number
  after: number
}

const share = (count: number, rows: number): number => (rows === 0 ? 0 : count / rows)

/** The part of all rows that moved into something, from -1 to 1. */
export const shareMove = (one: { before: number; after: number }, rows: RowTotals): number => share(one.after, rows.after) - share(one.before, rows.before)

/** As part of what it was; null when there is nothing to be compared with. */
export function meanMove(drift: ColumnDrift): number | null {
  const [before, after] = [drift.before?.mean ?? null, drift.after?.mean ?? null]
  if (before === null || after === null || before === 0) return null
  return (after - before) / Math.abs(before)
}

export function signsOf(drift: ColumnDrift, rows: RowTotals): DriftSign[] {
  const { before, after } = drift
  if (before === null || after === null || rows.before === 0 || rows.after === 0) return []
  const signs: DriftSign[] = []
  if (Math.abs(shareMove({ before: before.nulls, after: after.nulls }, rows)) >= NULL_SHARE - NEARLY) signs.push('nulls')
  const mean = meanMove(drift)
  if (mean === null ? before.mean === 0 && after.mean !== null && after.mean !== 0 : Math.abs(mean) >= MEAN_PART - NEARLY) signs.push('mean')
  if (drift.shares.some((one) => Math.abs(shareMove(one, rows)) >= CATEGORY_SHARE - NEARLY)) signs.push('shares')
  return signs
}
