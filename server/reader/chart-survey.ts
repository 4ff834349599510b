/**
 * Chart survey: what has to be known of a table before its groups can be made: how far numbers and instants reach, how
 * many different ones there are, and which categories come most.
 */
import type { Aggregate, Sort } from '#lib/domain/chart.ts'
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import type { Group, Measured, Place, Roles } from './chart-roles.ts'
import { quote } from './quote.ts'

export interface Range {
  /** Numbers, or milliseconds since 1970. */
  least: number
  greatest: number
  /** Estimated. */
  different: number
}

export interface Survey {
  rows: number
  /** Rows that have something on every axis. */
  drawable: number
  /** Of numbers and instants; absent where every row is empty. */
  ranges: Map<Place, Range>
  /** Rows without anything on an axis. */
  empty: Map<Place, number>
  /** Values that are NaN or infinite, or of raw points none at all. */
  unusable: number
}

export interface Top {
  /** At most as many as were asked for, in their order. */
  values: (string | null)[]
  different: number
}

const NAMES: Record<Place, string> = { x: 'gx', y: 'gy', color: 'gc', facet: 'gf' }
export const nameOf = ({ place }: Group): string => NAMES[place]
export const isAxis = ({ place, type }: Group): boolean => (place === 'x' || place === 'y') && type !== 'nominal'

/** The columns of the chart under names of its own, so that no column of the table is taken for one of them. */
export function sourceOf(table: string, { groups, value, size }: Roles): string {
  const parts = [
    ...groups.map((group) => `${typed(group)} AS ${nameOf(group)}`),
    ...(value?.column == null ? [] : [`${usable(value.column, value)} AS v`, `${quote(value.column.name)} IS NOT NULL AS had`]),
    ...(size?.column == null ? [] : [`${usable(size.column, size)} AS s`]),
  ]
  return `(SELECT ${parts.join(', ')} FROM ${table})`
}

/** Which rows of the source can be drawn. */
export function drawableOf({ groups, value, isRaw }: Roles): string {
  const tests = [...groups.filter(isAxis).map((group) => `${nameOf(group)} IS NOT NULL`), ...(isRaw && value?.column != null ? ['v IS NOT NULL'] : [])]
  return tests.length === 0 ? 'true' : tests.join(' AND ')
}

function typed({ column, type }: Group): string {
  const name = quote(column.name)
  if (type === 'quantitative') return finite(column, name)
  return type === 'temporal' ? `CAST(${name} AS TIMESTAMP)` : columnKind(column.type) === 'text' ? name : `CAST(${name} AS VARCHAR)`
}

const usable = (column: ResultColumn, { aggregate }: Measured): string => (aggregate === 'distinct' ? quote(column.name) : finite(column, quote(column.name)))

/** NaN and the infinities have no place on an axis, and would swallow the sum they are in. */
const finite = ({ type }: ResultColumn, name: string): string =>
  columnKind(type) === 'float' ? `CASE WHEN isfinite(${name}) THEN CAST(${name} AS DOUBLE) END` : `CAST(${name} AS DOUBLE)`

const FIGURES = 4

export function surveyQuery(table: string, roles: Roles): string {
  const figures = roles.groups.filter(({ type }) => type !== 'nominal').flatMap((group) => {
    const name = nameOf(group)
    const number = group.type === 'temporal' ? `epoch_ms(${name})` : name
    return [`min(${number})`, `max(${number})`, `approx_count_distinct(${name})`, `count(${name})`]
  })
  const { value, isRaw } = roles
  const isCounted = value?.column == null || value.aggregate === 'distinct'
  const unusable = isCounted ? '0' : isRaw ? 'count(*) - count(v)' : 'count(*) FILTER (WHERE had AND v IS NULL)'
  return `SELECT ${['count(*)', `count(*) FILTER (WHERE ${drawableOf(roles)})`, unusable, ...figures].join(', ')} FROM ${sourceOf(table, roles)}`
}

export function readSurvey({ groups }: Roles, [rows, drawable, unusable, ...figures]: readonly unknown[]): Survey {
  const survey: Survey = { rows: Number(rows), drawable: Number(drawable), unusable: Number(unusable), ranges: new Map(), empty: new Map() }
  for (const [at, group] of groups.filter(({ type }) => type !== 'nominal').entries()) {
    const [least, greatest, different, values] = figures.slice(at * FIGURES, (at + 1) * FIGURES)
    if (least !== null) survey.ranges.set(group.place, { least: Number(least), greatest: Number(greatest), different: Number(different) })
    if (isAxis(group)) survey.empty.set(group.place, survey.rows - Number(values))
  }
  return survey
}

/** Whether a survey says anything that is not known: bars of counted categories need none. */
export const needsSurvey = ({ groups, value, isRaw }: Roles): boolean =>
  isRaw || groups.some(({ type }) => type !== 'nominal') || (value?.column != null && value.aggregate !== 'distinct' && columnKind(value.column.type) === 'float')

/** The commonest categories, or of x those that come first in the order of the bars. */
export function topQuery(table: string, roles: Roles, group: Group, sort: Sort | null, most: number): string {
  const name = nameOf(group)
  const order = sort === null || roles.isRaw ? 'count(*) DESC' : orderOf(sort, name, measureSql(roles.value, 'v'))
  return `SELECT ${name}, count(*) OVER () FROM ${sourceOf(table, roles)} WHERE ${drawableOf(roles)} GROUP BY ${name} ORDER BY ${order}, ${name} LIMIT ${most}`
}

export const readTop = (rows: readonly unknown[][]): Top => ({ values: rows.map(([value]) => value as string | null), different: Number(rows[0]?.[1] ?? 0) })

export function orderOf(sort: Sort, name: string, value: string): string {
  if (sort === 'a-z') return `${name} NULLS LAST`
  if (sort === 'z-a') return `${name} DESC NULLS LAST`
  return sort === 'least' ? `${value} NULLS LAST` : `${value} DESC NULLS LAST`
}

const FUNCTIONS: Record<Exclude<Aggregate, 'count' | 'distinct' | 'none'>, string> = { sum: 'sum', avg: 'avg', median: 'median', min: 'min', max: 'max' }

export function measureSql(measured: Measured | null, name: string): string {
  if (measured === null || measured.aggregate === 'count' || measured.aggregate === 'none') return 'count(*)'
  return measured.aggregate === 'distinct' ? `count(DISTINCT ${name})` : `${FUNCTIONS[measured.aggregate]}(${name})`
}

export const isNumber = ({ column }: Group): boolean => isNumeric(columnKind(column.type))
