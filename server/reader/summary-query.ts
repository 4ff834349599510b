/**
 * The SQL of column summaries, in two questions for several columns at once: their figures, and then, with least and
 * greatest known, the bars of their values. NaN and the infinities are counted and left out of what follows.
 */
import { BINS, EXACT_DISTINCT_ROWS, summaryShape, TOP_VALUES, type ColumnSummary } from '#lib/domain/column-summary.ts'
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import { plainText } from './cell-text.ts'
import { quote } from './quote.ts'

const TEXT_MAX = 200
const FIGURES = 9

/** A summary whose bars are not known yet. */
export interface Draft {
  column: ResultColumn
  summary: ColumnSummary
}

export function figuresQuery(table: string, columns: readonly ResultColumn[], rows: number): string {
  return `SELECT ${columns.map((column) => figuresOf(column, rows).join(', ')).join(', ')} FROM ${table}`
}

/** FIGURES expressions: values, NaN, infinities, different, least and greatest as they are and as numbers, mean. */
function figuresOf(column: ResultColumn, rows: number): string[] {
  const x = quote(column.name)
  const kind = columnKind(column.type)
  const shape = summaryShape(column.type)
  const isFloat = kind === 'float'
  const finite = isFloat ? `CASE WHEN isfinite(${x}) THEN ${x} END` : x
  const number = numberOf(column, finite)
  const [least, greatest] = shape === 'plain' ? ['NULL', 'NULL'] : kind === 'text' ? [`left(min(${x}), ${TEXT_MAX})`, `left(max(${x}), ${TEXT_MAX})`] : [`min(${finite})`, `max(${finite})`]
  return [
    `count(${x})`, isFloat ? `count(*) FILTER (isnan(${x}))` : '0', isFloat ? `count(*) FILTER (isinf(${x}))` : '0',
    kind === 'nested' ? 'NULL' : rows <= EXACT_DISTINCT_ROWS ? `count(DISTINCT ${x})` : `approx_count_distinct(${x})`,
    least, greatest,
    ...(shape === 'bins' ? [`min(${number})`, `max(${number})`] : ['NULL', 'NULL']),
    isNumeric(kind) ? `avg(${number})` : 'NULL',
  ]
}

const numberOf = ({ type }: ResultColumn, x: string): string =>
  isNumeric(columnKind(type)) ? `CAST(${x} AS DOUBLE)` : `CAST(epoch_ms(CAST(${x} AS TIMESTAMP)) AS DOUBLE)`

export function readFigures(columns: readonly ResultColumn[], rows: number, figures: readonly unknown[]): Draft[] {
  return columns.map((column, at) => {
    const [values, nans, infinities, distinct, min, max, from, to, mean] = figures.slice(at * FIGURES, (at + 1) * FIGURES)
    const hasBins = typeof from === 'number' && typeof to === 'number' && Number.isFinite(to - from)
    return {
      column,
      summary: {
        column: column.name, rows, nulls: rows - Number(values), nans: Number(nans), infinities: Number(infinities),
        distinct: distinct === null ? null : Number(distinct), isDistinctExact: rows <= EXACT_DISTINCT_ROWS,
        min: min ?? null, max: max ?? null, mean: typeof mean === 'number' ? mean : null,
        bins: hasBins ? { from, to, counts: Array.from({ length: to > from ? BINS : 1 }, () => 0) } : null,
        top: summaryShape(column.type) === 'top' ? [] : null,
      },
    }
  })
}

/** Null when there are no bars to count. */
export function barsQuery(table: string, drafts: readonly Draft[]): string | null {
  const parts = drafts.flatMap(({ column, summary: { bins, top } }, at) => {
    const x = quote(column.name)
    if (top !== null) return [`(SELECT ${at} AS part, left(${plainText(column)}, ${TEXT_MAX}) AS bar, count(*) AS n FROM ${table} WHERE ${x} IS NOT NULL GROUP BY ${x} ORDER BY n DESC, bar LIMIT ${TOP_VALUES})`]
    if (bins === null) return []
    const bar = bins.counts.length === 1 ? '0' : `least(${BINS - 1}, CAST(floor((${numberOf(column, x)} - ${double(bins.from)}) / ${double(bins.to - bins.from)} * ${BINS}) AS INT))`
    const isCounted = columnKind(column.type) === 'float' ? `isfinite(${x})` : `${x} IS NOT NULL`
    return [`(SELECT ${at} AS part, CAST(${bar} AS VARCHAR) AS bar, count(*) AS n FROM ${table} WHERE ${isCounted} GROUP BY 1, 2)`]
  })
  return parts.length === 0 ? null : parts.join(' UNION ALL ')
}

/** Seventeen digits: the very number. */
const double = (value: number): string => `CAST('${value}' AS DOUBLE)`

export function readBars(drafts: readonly Draft[], rows: readonly unknown[][]): ColumnSummary[] {
  for (const [part, bar, count] of rows) {
    const { bins = null, top = null } = drafts[Number(part)]?.summary ?? {}
    if (top !== null) top.push({ value: String(bar), count: Number(count) })
    if (bins !== null) bins.counts[Number(bar)] = Number(count)
  }
  for (const { summary: { top } } of drafts) top?.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return drafts.map(({ summary }) => summary)
}
