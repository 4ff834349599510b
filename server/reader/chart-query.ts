/**
 * The SQL of a chart. Groups are made by DuckDB, so a chart of millions of rows sends at most POINTS_MAX points:
 * a number or an instant with many values is binned, categories keep the largest, raw points are a fair sample
 * (the same one each time).
 */
import { axisType, POINTS_MAX, type AxisType, type ChartEncoding } from '#lib/domain/chart.ts'
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { findColumn, quote, type QueryRefusal } from './filter-clause.ts'

/** More bars than this say nothing. */
export const CATEGORIES_MAX = 200
const VALUES_BEFORE_BINS = 200
const BINS = 40

export interface ChartPlan {
  xType: AxisType
  /** Least, greatest and number of different x; null when nothing needs to be known first. */
  range: string | null
  /** The query itself, once the range is known. One row more than `limit` means that there was more. */
  query: (range: Range | null) => { sql: string; limit: number; bin: number | string | null }
}

export interface Range {
  /** Numbers, or milliseconds since 1970. */
  least: number
  greatest: number
  different: number
}

export function chartPlan(table: string, columns: readonly ResultColumn[], encoding: ChartEncoding): Outcome<ChartPlan, QueryRefusal> {
  const picked = pick(columns, encoding)
  if (!picked.ok) return picked
  const { x, y, color } = picked.value
  const xType = axisType(columnKind(x.type))
  const isRaw = encoding.aggregate === 'none'
  const number = (name: string) => (xType === 'temporal' ? `epoch_ms(CAST(${name} AS TIMESTAMP))` : `CAST(${name} AS DOUBLE)`)
  const xName = quote(x.name)
  const source = xType === 'quantitative' ? `${table} WHERE isfinite(CAST(${xName} AS DOUBLE))` : table
  const colorPart = color === null ? '' : `, CAST(${quote(color.name)} AS VARCHAR) AS color`
  const range = isRaw || xType === 'nominal' ? null : `SELECT min(${number(xName)}), max(${number(xName)}), approx_count_distinct(${xName}) FROM ${source}`

  const raw = () => {
    const kept = source === table ? `${table} WHERE ${quote(y?.name ?? x.name)} IS NOT NULL` : `${source} AND ${quote(y?.name ?? x.name)} IS NOT NULL`
    const points = `SELECT ${shownX(xType, xName)} AS x, CAST(${quote(y?.name ?? x.name)} AS DOUBLE) AS y${colorPart} FROM ${kept}`
    return { sql: `SELECT * FROM (SELECT * FROM (${points}) USING SAMPLE reservoir(${POINTS_MAX + 1} ROWS) REPEATABLE (1)) ORDER BY x`, limit: POINTS_MAX, bin: null }
  }
  const grouped = (known: Range | null) => {
    const { expression, bin } = binOf(xType, xName, known)
    const colorShown = color === null ? '' : ', CAST(color AS VARCHAR) AS color'
    const colorPart = color === null ? '' : `, ${quote(color.name)} AS color`
    const value = encoding.aggregate === 'count' ? 'count(*)' : `${encoding.aggregate}(CAST(${quote(y?.name ?? '')} AS DOUBLE))`
    const limit = xType === 'nominal' && color === null ? CATEGORIES_MAX : POINTS_MAX
    const order = xType === 'nominal' ? 'y DESC NULLS LAST, x' : 'x NULLS LAST'
    // Text is made of groups, not of rows.
    const groups = `SELECT ${expression} AS x, CAST(${value} AS DOUBLE) AS y${colorPart} FROM ${source} GROUP BY ALL ORDER BY ${order} LIMIT ${limit + 1}`
    return { sql: `SELECT ${shownX(xType, 'x')} AS x, y${colorShown} FROM (${groups})`, limit, bin }
  }
  return accept({ xType, range, query: (known) => (isRaw ? raw() : grouped(known)) })
}

type Picked = { x: ResultColumn; y: ResultColumn | null; color: ResultColumn | null }

function pick(columns: readonly ResultColumn[], encoding: ChartEncoding): Outcome<Picked, QueryRefusal> {
  const x = findColumn(columns, encoding.x)
  if (!x.ok) return x
  const y = encoding.y === null ? null : findColumn(columns, encoding.y)
  if (y !== null && !y.ok) return y
  const color = encoding.color === null ? null : findColumn(columns, encoding.color)
  if (color !== null && !color.ok) return color
  const needsY = encoding.aggregate !== 'count'
  if (needsY && y === null) return refuse('filter-invalid', 'Choose a column for Y, or count rows.')
  if (needsY && y !== null && !isNumeric(columnKind(y.value.type))) return refuse('filter-invalid', `Y must be a number; “${y.value.name}” is ${y.value.type}. Count rows instead.`)
  return accept({ x: x.value, y: y?.value ?? null, color: color?.value ?? null })
}

function shownX(xType: AxisType, name: string): string {
  if (xType === 'temporal') return `strftime(CAST(${name} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')`
  return xType === 'quantitative' ? `CAST(${name} AS DOUBLE)` : `CAST(${name} AS VARCHAR)`
}

function binOf(xType: AxisType, name: string, known: Range | null): { expression: string; bin: number | string | null } {
  if (known === null || known.different <= VALUES_BEFORE_BINS || !(known.greatest > known.least)) return { expression: name, bin: null }
  if (xType === 'temporal') {
    const unit = unitOf(known.greatest - known.least)
    return { expression: `date_trunc('${unit}', CAST(${name} AS TIMESTAMP))`, bin: unit }
  }
  const step = niceStep((known.greatest - known.least) / BINS)
  return { expression: `floor(CAST(${name} AS DOUBLE) / ${step}) * ${step}`, bin: step }
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10
  return Number((factor * power).toPrecision(6))
}

const HOUR_MS = 3_600_000
const UNITS: [string, number][] = [['second', 1000], ['minute', 60_000], ['hour', HOUR_MS], ['day', 24 * HOUR_MS], ['week', 168 * HOUR_MS], ['month', 730 * HOUR_MS], ['year', 8766 * HOUR_MS]]

const unitOf = (spanMs: number): string => UNITS.find(([, length]) => spanMs / length <= 400)?.[0] ?? 'year'
