/** From a chart's encoding and its points to Vega-Lite, in the page's colours. Numbers that are too many were binned by the reader. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { TopLevelSpec } from 'vega-lite'

export interface ChartColors {
  text: string
  muted: string
  grid: string
  background: string
  mark: string
  categories: readonly string[]
}

/** Told apart by people who see colours differently too; one set per theme. */
export const CATEGORIES = {
  light: ['#0b6175', '#d9822b', '#7a4fbf', '#2f8f5b', '#c23b5a', '#4c78c8', '#8a6d3b', '#5b6b76'],
  dark: ['#4fc3d8', '#f2a65a', '#b79bf0', '#6fd3a0', '#ff8fa3', '#8db8ff', '#d8b878', '#a3b4bf'],
} as const

export interface ChartSize {
  width: number
  height: number
}

export function chartSpec(encoding: ChartEncoding, data: ChartData, colors: ChartColors, size: ChartSize): TopLevelSpec {
  const yTitle = titleOf(encoding)
  const isStep = typeof data.bin === 'number'
  const x = { field: 'x', type: data.xType, title: encoding.x, ...axisOf(data), ...(data.xType === 'nominal' ? { sort: null } : {}) }
  const tooltip = [
    { field: 'x', type: data.xType, title: encoding.x, ...(data.xType === 'temporal' ? { format: timeFormat(data) } : {}) },
    { field: 'y', type: 'quantitative', title: yTitle, format: ',.6~g' },
    ...(encoding.color === null ? [] : [{ field: 'color', type: 'nominal', title: encoding.color }]),
  ]
  const color = encoding.color === null ? { value: colors.mark } : { field: 'color', type: 'nominal', title: encoding.color, scale: { range: [...colors.categories] }, legend: { symbolLimit: 12 } }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    data: { values: isStep ? data.rows.map((row) => ({ ...row, end: Number(row.x) + Number(data.bin) })) : data.rows },
    mark: markOf(encoding),
    encoding: { x: isStep && encoding.mark === 'bar' ? { ...x, bin: 'binned' } : x, ...(isStep && encoding.mark === 'bar' ? { x2: { field: 'end' } } : {}), y: { field: 'y', type: 'quantitative', title: yTitle, axis: { format: '~s' } }, color, tooltip },
    config: configOf(colors),
  } as TopLevelSpec
}

export const titleOf = (encoding: ChartEncoding): string =>
  encoding.aggregate === 'count' ? 'rows' : encoding.aggregate === 'none' ? (encoding.y ?? '') : `${encoding.aggregate} of ${encoding.y ?? ''}`

function markOf({ mark }: ChartEncoding) {
  if (mark === 'bar') return { type: 'bar', cornerRadiusEnd: 2 }
  if (mark === 'line') return { type: 'line', strokeWidth: 2 }
  if (mark === 'area') return { type: 'area', opacity: 0.55, line: { strokeWidth: 1.5 } }
  return { type: 'point', filled: true, size: 28, opacity: 0.65 }
}

function axisOf(data: ChartData) {
  if (data.xType === 'nominal') return { axis: { labelAngle: data.rows.length > 8 ? -40 : 0, labelLimit: 110 } }
  // Instants were made text in UTC by the reader; the axis says the same hours.
  if (data.xType === 'temporal') return { scale: { type: 'utc' } }
  return { scale: { zero: false, nice: true } }
}

const timeFormat = (data: ChartData): string => (data.rows.every((row) => String(row.x).includes('T00:00:00.000')) ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S')

function configOf(colors: ChartColors) {
  const font = 'Inter Variable, system-ui, sans-serif'
  return {
    font,
    view: { stroke: null },
    axis: {
      labelColor: colors.muted, titleColor: colors.text, titleFontWeight: 500, labelFontSize: 11, titleFontSize: 12, titlePadding: 8,
      gridColor: colors.grid, domainColor: colors.grid, tickColor: colors.grid, labelOverlap: 'parity',
    },
    axisX: { grid: false },
    legend: { labelColor: colors.text, titleColor: colors.muted, labelFontSize: 12, titleFontWeight: 500 },
  }
}
