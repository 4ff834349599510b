/**
 * Chart spec: a chart's encoding and its points as Vega-Lite. It holds its data, so it is drawn here, in a notebook of
 * Jupyter and in the Vega editor alike. Pure.
 */
import { stackOf, type ChartData, type ChartEncoding } from './chart.ts'
import { colorOf, markOf, tooltipOf, xOf, yOf, type ChartSpec } from './chart-channels.ts'
import { intervalsOf, type IntervalOf } from './chart-intervals.ts'
import type { ChartColors } from './chart-look.ts'
import { measureTitle } from './chart-words.ts'

export type { ChartSpec }

export interface ChartSize {
  width: number
  height: number
}

/** Jupyter draws version 5, and so does everything newer. */
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json'
/** Less is a phone: names of colours stand below. */
const NARROW_PX = 480
const LETTER_PX = 6.5
const CELL_PX = { least: 220, height: 130, axis: 64, legend: 130, gap: 20 }

export function chartSpec(encoding: ChartEncoding, data: ChartData, colors: ChartColors, size: ChartSize, title: string | null = null): ChartSpec {
  const axes = axesOf(encoding, data)
  return {
    $schema: SCHEMA, ...(title !== null && { title }),
    ...(data.facets === undefined ? { ...size, autosize: { type: 'fit', contains: 'padding' } } : cellSize(encoding, data.facets.length, size)),
    background: 'transparent',
    data: { values: data.rows.map((row) => ({ ...row, ...spanOf('x', row.x, axes.x), ...spanOf('y', row.y, axes.y) })) },
    mark: markOf(encoding, colors),
    encoding: {
      ...(encoding.mark === 'arc' ? { theta: { field: 'y', type: 'quantitative', stack: true } } : { ...xOf(encoding, data, axes.x), ...yOf(encoding, data, axes.y) }),
      color: colorOf(encoding, data, colors),
      ...(encoding.mark === 'point' && encoding.size !== undefined && data.rows.some((row) => row.size !== undefined) && { size: { field: 'size', type: 'quantitative', title: measureTitle(encoding.size), scale: { range: [12, 520] } } }),
      ...(encoding.mark === 'arc' && { order: { field: 'y', type: 'quantitative', sort: 'descending' } }),
      ...(data.facets !== undefined && { facet: { field: 'facet', type: 'nominal', title: encoding.facet, columns: columnsOf(data.facets.length, size.width), sort: data.facets, spacing: CELL_PX.gap } }),
      tooltip: tooltipOf(encoding, data),
    },
    config: configOf(colors, size.width, data.colors ?? []),
  }
}

interface Axes {
  x: IntervalOf | null
  y: IntervalOf | null
}

/** Bars and tiles have a width; bars beside each other stand in bands instead. */
function axesOf(encoding: ChartEncoding, data: ChartData): Axes {
  const { mark } = encoding
  const isWide = (mark === 'bar' && stackOf(encoding) !== 'grouped') || mark === 'rect'
  return {
    x: isWide ? intervalsOf(data.rows.map(({ x }) => x), data.xType, data.bin) : null,
    y: mark === 'rect' && data.yType !== undefined ? intervalsOf(data.rows.map(({ y }) => y), data.yType, data.yBin ?? null) : null,
  }
}

function spanOf(axis: 'x' | 'y', value: unknown, of: IntervalOf | null): Record<string, unknown> {
  const span = of?.(value) ?? null
  return span === null ? {} : { [`${axis}From`]: span[0], [`${axis}To`]: span[1] }
}

const columnsOf = (facets: number, width: number): number => Math.min(facets, Math.max(1, Math.min(4, Math.floor(width / CELL_PX.least))))

function cellSize(encoding: ChartEncoding, facets: number, { width }: ChartSize): ChartSpec {
  const columns = columnsOf(facets, width)
  const hasLegend = encoding.color !== null || encoding.mark === 'arc' || encoding.mark === 'rect' || encoding.size !== undefined
  const free = width - CELL_PX.axis - (hasLegend && width >= NARROW_PX ? CELL_PX.legend : 10) - CELL_PX.gap * (columns - 1)
  return { width: Math.max(70, Math.floor(free / columns)), height: CELL_PX.height }
}

function configOf(colors: ChartColors, width: number, labels: readonly string[]): ChartSpec {
  const columns = Math.max(1, Math.min(3, Math.floor(width / (Math.max(1, ...labels.map(({ length }) => length)) * LETTER_PX + 40))))
  return {
    font: 'Inter Variable, system-ui, sans-serif',
    view: { stroke: null },
    axis: {
      labelColor: colors.muted, titleColor: colors.text, titleFontWeight: 500, labelFontSize: 11, titleFontSize: 12, titlePadding: 8,
      gridColor: colors.grid, domainColor: colors.grid, tickColor: colors.grid, labelOverlap: 'parity',
    },
    axisX: { grid: false },
    header: { labelColor: colors.text, titleColor: colors.muted, labelFontSize: 12, titleFontWeight: 500, labelLimit: 180 },
    legend: { labelColor: colors.text, titleColor: colors.muted, labelFontSize: 12, titleFontWeight: 500, symbolBaseFillColor: colors.muted, symbolBaseStrokeColor: colors.muted, ...(width < NARROW_PX && { orient: 'bottom', columns }) },
    title: { color: colors.text, fontSize: 14, fontWeight: 600, anchor: 'start' },
  }
}
