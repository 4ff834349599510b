/**
 * Chart: how a table becomes marks. Stored with a view, a tile or a chart cell; its groups are made by the reader over the
 * whole table; drawn by Vega-Lite. What is absent in an encoding is as fits, so that old ones mean what they meant.
 */
import { columnKind, isNumeric, type ColumnKind, type RowFilter } from './result.ts'

export const MARKS = ['bar', 'line', 'area', 'point', 'tick', 'rect', 'arc'] as const
export type Mark = (typeof MARKS)[number]
export const AGGREGATES = ['count', 'distinct', 'sum', 'avg', 'median', 'min', 'max', 'none'] as const
export type Aggregate = (typeof AGGREGATES)[number]
export const STACKS = ['stacked', 'grouped', 'normalized', 'overlaid'] as const
export type Stack = (typeof STACKS)[number]
/** Of categories on x: by their value, or by their name. */
export const SORTS = ['greatest', 'least', 'a-z', 'z-a'] as const
export type Sort = (typeof SORTS)[number]
export const TIME_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type TimeUnit = (typeof TIME_UNITS)[number]
/** A width for numbers, a unit for days and instants, or every value for itself. */
export type Bin = number | TimeUnit | 'none'

/** A number made of rows. The column is null where rows are counted. */
export interface Measure {
  column: string | null
  aggregate: Aggregate
}

export interface ChartEncoding {
  mark: Mark
  x: string
  /** What is measured; null with aggregate `count`. Of a heatmap the column of its rows. */
  y: string | null
  /** Tells series apart. Of a heatmap what is measured; null with aggregate `count`. */
  color: string | null
  aggregate: Aggregate
  /** Of points. */
  size?: Measure
  /** One small chart for each of its values. */
  facet?: string
  bin?: Bin
  sort?: Sort
  stack?: Stack
  /** Only rows for which it holds are drawn. */
  filter?: RowFilter
}

export type AxisType = 'quantitative' | 'temporal' | 'nominal'

export interface ChartRow {
  x: unknown
  y: unknown
  color?: unknown
  size?: unknown
  facet?: unknown
}

/** What a chart does not show as it is; the page says so. */
export type ChartLimit =
  /** The table is the first rows of more. */
  | { kind: 'cut'; rows: number }
  /** Of `of` categories or groups the first are drawn, in the order that was asked. */
  | { kind: 'kept'; column: string; shown: number; of: number; by: Sort | 'rows' }
  /** Those with fewer rows are one group, whose label this is. */
  | { kind: 'other'; channel: 'color' | 'facet'; column: string; named: number; folded: number; label: string }
  | { kind: 'sample'; shown: number; of: number }
  /** Rows that have nothing to be drawn there, or no number to be reckoned with. */
  | { kind: 'left-out'; column: string; rows: number; why: 'empty' | 'not-finite' }

export interface ChartData {
  rows: ChartRow[]
  xType: AxisType
  /** Width of the bins of x: a number, or a unit such as `month`; null when values are as they are. */
  bin: number | string | null
  /** True when not all there is was drawn; `limits` says what. */
  truncated: boolean
  limits: ChartLimit[]
  /** Of a heatmap, or of points over categories; else a number. */
  yType?: AxisType
  yBin?: number | string | null
  /** The labels of the colours and of the small charts in their order; absent when a colour is a number. */
  colors?: string[]
  /** They stand in an order, as years do. */
  isColorOrdered?: boolean
  facets?: string[]
}

/** Points that were made of the first rows of a table. */
export const ofFirstRows = (data: ChartData, rows: number): ChartData => ({ ...data, truncated: true, limits: [{ kind: 'cut', rows }, ...data.limits] })

export const POINTS_MAX = 5000
/** More bars than this say nothing. */
export const CATEGORIES_MAX = 200
export const COLORS_MAX = 9
export const SLICES_MAX = 9
export const FACETS_MAX = 12
/** Of a heatmap, either way. */
export const TILES_MAX = 60

export const axisType = (kind: ColumnKind): AxisType =>
  isNumeric(kind) ? 'quantitative' : kind === 'date' || kind === 'timestamp' ? 'temporal' : 'nominal'

export const isChartable = (type: string): boolean => !['nested', 'binary'].includes(columnKind(type))

/** A sum of parts is a whole: only then may marks stand on each other. */
export const isAdditive = (aggregate: Aggregate): boolean => aggregate === 'count' || aggregate === 'sum'

export const needsColumn = (aggregate: Aggregate): boolean => aggregate !== 'count'
export const needsNumber = (aggregate: Aggregate): boolean => aggregate !== 'count' && aggregate !== 'distinct'

/** What a mark measures, whichever channel that is. */
export const measureOf = ({ mark, y, color, aggregate }: ChartEncoding): Measure => ({ column: aggregate === 'count' ? null : mark === 'rect' ? color : y, aggregate })

/** How series share a place, chosen or as fits; null for marks that never do. */
export function stackOf({ mark, color, aggregate, stack }: ChartEncoding): Stack | null {
  if (color === null || (mark !== 'bar' && mark !== 'area')) return null
  if (stack !== undefined && (mark === 'bar' || stack !== 'grouped') && (stack !== 'normalized' || isAdditive(aggregate))) return stack
  if (isAdditive(aggregate) || aggregate === 'none') return 'stacked'
  return mark === 'bar' ? 'grouped' : 'overlaid'
}
