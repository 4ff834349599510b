/** Chart: how a table becomes marks. Stored with a tile or a chart cell; drawn by Vega-Lite; aggregated by the reader. */
import { columnKind, isNumeric, type ColumnKind, type ResultColumn } from './result.ts'

export const MARKS = ['bar', 'line', 'area', 'point'] as const
export type Mark = (typeof MARKS)[number]
export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'none'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export interface ChartEncoding {
  mark: Mark
  x: string
  /** Null with aggregate `count`. */
  y: string | null
  color: string | null
  aggregate: Aggregate
}

export type AxisType = 'quantitative' | 'temporal' | 'nominal'

export interface ChartData {
  rows: { x: unknown; y: unknown; color?: unknown }[]
  xType: AxisType
  /** Width of the bins when a number or an instant with many values was binned: a number, or a unit such as `month`. */
  bin: number | string | null
  /** True when more points existed than were sent; the page says so. */
  truncated: boolean
}

export const POINTS_MAX = 5000

export const axisType = (kind: ColumnKind): AxisType =>
  isNumeric(kind) ? 'quantitative' : kind === 'date' || kind === 'timestamp' ? 'temporal' : 'nominal'

/**
 * A first chart that is rarely silly: time on x and a number over it as a line, else a category and a number as
 * bars, else two numbers as points, else how often each value of the first column comes.
 */
export function guessChart(columns: readonly ResultColumn[]): ChartEncoding | null {
  const plain = columns.map((column) => ({ name: column.name, kind: columnKind(column.type) })).filter(({ kind }) => kind !== 'nested' && kind !== 'binary')
  const [first] = plain
  if (first === undefined) return null
  const numbers = plain.filter(({ kind }) => isNumeric(kind))
  const measure = numbers.find(({ name }) => !looksLikeId(name)) ?? null
  const time = plain.find(({ kind }) => axisType(kind) === 'temporal')
  const category = plain.find(({ kind }) => axisType(kind) === 'nominal')
  if (time !== undefined) return { mark: 'line', x: time.name, y: measure?.name ?? null, color: null, aggregate: measure === null ? 'count' : 'avg' }
  if (category !== undefined) return { mark: 'bar', x: category.name, y: measure?.name ?? null, color: null, aggregate: measure === null ? 'count' : 'avg' }
  const ordered = plain.find(({ name }) => LIKE_ORDER.test(name))
  const other = numbers.find(({ name }) => name !== (ordered ?? first).name)
  if (ordered !== undefined && other !== undefined) return { mark: 'bar', x: ordered.name, y: other.name, color: null, aggregate: 'avg' }
  if (other !== undefined) return { mark: 'point', x: first.name, y: other.name, color: null, aggregate: 'none' }
  return { mark: 'bar', x: first.name, y: null, color: null, aggregate: 'count' }
}

const LIKE_ORDER = /^(year|month|day|hour|week|quarter|minute|rank|bucket|bin)$|_(year|month|day|hour|week|quarter)$/i
const looksLikeId = (name: string): boolean => /(^|_)(id|key|index|year|month|day|hour)$/i.test(name)
