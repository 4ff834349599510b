/** Chart: how a table becomes marks. Stored with a tile or a chart cell; drawn by Vega-Lite; aggregated by the reader. */
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

export interface ChartData {
  rows: { x: unknown; y: unknown; color?: unknown }[]
  xType: 'quantitative' | 'temporal' | 'nominal'
  /** True when more points existed than were sent; the page says so. */
  truncated: boolean
}
