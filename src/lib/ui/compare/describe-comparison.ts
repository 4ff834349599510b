/** A comparison in words. */
import { shareMove, meanMove, type RowTotals } from '#lib/domain/compare-drift.ts'
import type { CompareAs } from '#lib/domain/compare-schema.ts'
import { verdictOf, type ColumnDrift, type ColumnFigures, type ComparisonSummary } from '#lib/domain/comparison.ts'
import { counted, formatCount } from '../result/show-value.ts'

const rows = (count: number): string => counted(count, 'row')
const AT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

export const instantName = (at: string): string => AT.format(new Date(at))

export function describeVerdict(summary: ComparisonSummary): string {
  const { schema, counts } = summary
  const verdict = verdictOf(summary)
  if (verdict === 'identical') return 'Identical: the same columns and the same rows.'
  const differing = counts.added + counts.removed + counts.changed
  if (verdict === 'same-rows') return 'The same rows; only the columns’ order or types differ.'
  const columns = schema.added.length + schema.removed.length
  if (differing === 0) return `${columns === 1 ? 'One column differs' : `${formatCount(columns)} columns differ`}; by the others, the rows are the same.`
  return differing === 1 ? 'One row differs.' : `${formatCount(differing)} rows differ.`
}

export function describeKey({ key, repeatedKeys }: Pick<ComparisonSummary, 'key' | 'repeatedKeys'>, isGuessed: boolean): string {
  if (key.length === 0) return isGuessed ? 'No column or pair of columns stands for one row each, so rows are compared as wholes: a changed row is one removed and one added.' : 'Rows are compared as wholes: a changed row is one removed and one added.'
  const repeated = repeatedKeys === 0 ? '' : ` ${repeatedKeys === 1 ? 'One key stands' : `${formatCount(repeatedKeys)} keys stand`} for several rows; those rows are compared as wholes.`
  return `${isGuessed ? 'Guessed: in both tables it stands for one row each.' : 'Chosen.'}${repeated}`
}

const AS: Record<CompareAs, string> = { same: '', number: 'compared as exact numbers', double: 'compared as doubles', instant: 'compared as instants', text: 'compared as text' }
export const describeAs = (as: CompareAs): string => AS[as]

export const percent = (part: number): string => `${(part * 100).toLocaleString('en', { maximumFractionDigits: Math.abs(part) < 0.1 ? 1 : 0 })} %`
const signed = (part: number): string => `${part > 0 ? '+' : ''}${percent(part)}`

/** The same figure of both sides; null where neither has it. */
export interface Pair {
  before: string | null
  after: string | null
  note: string | null
}

export function nullsOf(drift: ColumnDrift, totals: RowTotals): Pair {
  const of = (figures: ColumnFigures | null): string | null => (figures === null ? null : formatCount(figures.nulls))
  const move = drift.before === null || drift.after === null ? 0 : shareMove({ before: drift.before.nulls, after: drift.after.nulls }, totals)
  return { before: of(drift.before), after: of(drift.after), note: move === 0 ? null : `${signed(move)} of the rows` }
}

/** Only where there are some on either side. */
export function nansOf({ before, after }: ColumnDrift): Pair {
  if ((before?.nans ?? 0) + (after?.nans ?? 0) === 0) return { before: null, after: null, note: null }
  return { before: before === null ? null : formatCount(before.nans), after: after === null ? null : formatCount(after.nans), note: null }
}

export function distinctOf({ before, after }: ColumnDrift): Pair {
  const of = (figures: ColumnFigures | null): string | null => (figures === null || figures.distinct === null ? null : `${figures.isDistinctExact ? '' : '≈ '}${formatCount(figures.distinct)}`)
  return { before: of(before), after: of(after), note: null }
}

export function rangeOf({ before, after }: ColumnDrift): Pair {
  const of = (figures: ColumnFigures | null): string | null => (figures === null || figures.min === null ? null : `${String(figures.min)} … ${String(figures.max)}`)
  return { before: of(before), after: of(after), note: null }
}

export function meanOf(drift: ColumnDrift): Pair {
  const of = (figures: ColumnFigures | null): string | null => (figures === null || figures.mean === null ? null : String(Number(figures.mean.toPrecision(6))))
  const move = meanMove(drift)
  return { before: of(drift.before), after: of(drift.after), note: move === null || move === 0 ? null : signed(move) }
}

/** Nothing that is told of the column differs. */
export const isSteady = (drift: ColumnDrift): boolean =>
  (drift.changed ?? 0) === 0 && drift.shares.length === 0 && drift.as === 'same' && JSON.stringify(drift.before) === JSON.stringify(drift.after)
