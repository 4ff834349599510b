/** Chart channels: how each part of a chart is said in Vega-Lite: its mark, its axes, its colours, and what is told of the mark under the pointer. Pure. */
import { stackOf, type AxisType, type ChartData, type ChartEncoding, type ChartRow } from './chart.ts'
import type { IntervalOf } from './chart-intervals.ts'
import { rampOf, type ChartColors } from './chart-look.ts'
import { measureTitle, titleOf } from './chart-words.ts'

export type ChartSpec = Record<string, unknown>

const NUMBER = ',.10~g'
/** All labels of an axis get one prefix, its zero too: nothing is 0, not 0k. */
const THOUSANDS = { format: '~s', labelExpr: "datum.value === 0 ? '0' : datum.label" }

export function xOf(encoding: ChartEncoding, data: ChartData, intervals: IntervalOf | null): ChartSpec {
  const isBands = stackOf(encoding) === 'grouped'
  const offset = isBands ? { xOffset: { field: 'color', type: 'nominal', sort: data.colors ?? null } } : {}
  if (isBands && data.xType !== 'nominal') return { x: { field: 'x', type: 'ordinal', title: encoding.x, axis: { labelAngle: -40, ...(data.xType === 'temporal' && { labelExpr: `utcFormat(toDate(datum.value), '${timeFormat(data.rows, 'x')}')` }) } }, ...offset }
  return { ...axisChannel('x', encoding.x, data.xType, data.rows, intervals), ...offset }
}

export function yOf(encoding: ChartEncoding, data: ChartData, intervals: IntervalOf | null): ChartSpec {
  if (data.yType !== undefined) return axisChannel('y', encoding.y ?? '', data.yType, data.rows, intervals)
  const stack = stackOf(encoding)
  const isShare = stack === 'normalized'
  const largest = Math.max(...data.rows.map((row) => Math.abs(Number(row.y))))
  const isOnLine = encoding.mark === 'bar' || encoding.mark === 'area'
  return { y: {
    field: 'y', type: 'quantitative', title: isShare ? `share of ${titleOf(encoding)}` : titleOf(encoding),
    stack: isShare ? 'normalize' : stack === 'stacked' ? 'zero' : null, ...(!isOnLine && { scale: { zero: false } }),
    axis: isShare ? { format: '%' } : largest >= 10_000 ? THOUSANDS : { format: ',.4~g' },
  } }
}

function axisChannel(axis: 'x' | 'y', title: string, type: AxisType, rows: readonly ChartRow[], intervals: IntervalOf | null): ChartSpec {
  if (type === 'nominal') {
    const different = new Set(rows.map((row) => row[axis])).size
    return { [axis]: { field: axis, type, title, sort: null, axis: { ...(axis === 'x' && { labelAngle: different > 8 ? -40 : 0 }), labelLimit: 110 } } }
  }
  // Instants were made text in UTC by the reader; the axis says the same hours.
  const scale = type === 'temporal' ? { type: 'utc' } : { zero: false, nice: intervals === null }
  return { [axis]: { field: intervals === null ? axis : `${axis}From`, type, title, scale, ...(type === 'quantitative' && { axis: numberAxis(rows, axis) }) }, ...(intervals !== null && { [`${axis}2`]: { field: `${axis}To` } }) }
}

/** Whole numbers have no fractions between them; a year, as any number of four digits, is written without a comma. */
const numberAxis = (rows: readonly ChartRow[], axis: 'x' | 'y'): ChartSpec => ({
  format: ',.6~g', ...(rows.every((row) => Number.isInteger(Number(row[axis]))) && { tickMinStep: 1, labelExpr: "abs(datum.value) < 10000 ? format(datum.value, 'd') : datum.label" }),
})

export function markOf(encoding: ChartEncoding, colors: ChartColors): ChartSpec {
  switch (encoding.mark) {
    case 'bar': return { type: 'bar', orient: 'vertical', ...(stackOf(encoding) === 'stacked' || stackOf(encoding) === 'normalized' ? {} : { cornerRadiusEnd: 2 }) }
    case 'line': return { type: 'line', strokeWidth: 2 }
    case 'area': return { type: 'area', opacity: stackOf(encoding) === 'overlaid' ? 0.35 : 0.6, line: { strokeWidth: 1.5 } }
    case 'tick': return { type: 'tick', thickness: 2, opacity: encoding.aggregate === 'none' ? 0.6 : 1 }
    case 'rect': return { type: 'rect' }
    case 'arc': return { type: 'arc', stroke: colors.grid, strokeWidth: 0.8 }
    case 'point': return { type: 'point', filled: true, size: 28, opacity: 0.65 }
  }
}

export function colorOf(encoding: ChartEncoding, data: ChartData, colors: ChartColors): ChartSpec {
  const { mark, color } = encoding
  if (mark === 'rect') return { field: 'color', type: 'quantitative', title: titleOf(encoding), scale: { range: [...colors.ramp] }, legend: { format: NUMBER } }
  if (mark !== 'arc' && color === null) return { value: colors.mark }
  const title = mark === 'arc' ? encoding.x : color
  if (data.colors === undefined) return { field: 'color', type: 'quantitative', title, scale: { range: [...colors.ramp] } }
  const other = data.limits.find((limit) => limit.kind === 'other' && limit.channel === 'color')
  const palette = data.isColorOrdered && mark !== 'arc' ? rampOf(colors.ramp, data.colors.length) : data.colors.map((label, at) => (other?.kind === 'other' && other.label === label ? colors.other : (colors.categories[at % colors.categories.length] ?? colors.mark)))
  return { field: 'color', type: 'nominal', title, sort: data.colors, scale: { domain: data.colors, range: palette }, legend: { symbolLimit: 20, labelLimit: 140 } }
}

export function tooltipOf(encoding: ChartEncoding, data: ChartData): ChartSpec[] {
  const { mark, x, y, color, size, facet } = encoding
  const axis = (field: 'x' | 'y', type: AxisType, title: string) => ({ field, type, title, ...(type === 'temporal' ? { format: timeFormat(data.rows, field) } : type === 'quantitative' ? { format: NUMBER } : {}) })
  const number = (field: string, title: string) => ({ field, type: 'quantitative', title, format: NUMBER })
  return [
    axis('x', mark === 'arc' ? 'nominal' : data.xType, x),
    data.yType === undefined ? number('y', titleOf(encoding)) : axis('y', data.yType, y ?? ''),
    ...(mark === 'rect' ? [number('color', titleOf(encoding))] : color === null || mark === 'arc' ? [] : [data.colors === undefined ? number('color', color) : { field: 'color', type: 'nominal', title: color }]),
    ...(mark === 'point' && size !== undefined ? [number('size', measureTitle(size))] : []),
    ...(facet === undefined ? [] : [{ field: 'facet', type: 'nominal', title: facet }]),
  ]
}

const timeFormat = (rows: readonly ChartRow[], field: 'x' | 'y'): string => (rows.every((row) => row[field] === null || String(row[field]).endsWith('T00:00:00.000Z')) ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S')
