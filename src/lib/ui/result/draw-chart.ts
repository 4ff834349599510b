/** Draws with Vega, loaded only when a chart is on the page. Expressions are interpreted, so the page's policy needs no eval. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import { CHART_COLORS, type ChartColors } from '#lib/domain/chart-look.ts'
import { chartSpec, type ChartSize, type ChartSpec } from '#lib/domain/chart-spec.ts'

export interface DrawnChart {
  resize: (size: ChartSize) => void
  destroy: () => void
}

const MANY_MARKS = 1500

export async function drawChart(place: HTMLElement, encoding: ChartEncoding, data: ChartData, isDark: boolean, size: ChartSize): Promise<DrawnChart> {
  const renderer = data.rows.length > MANY_MARKS ? 'canvas' : 'svg'
  const { view, finalize } = await embedSpec(place, chartSpec(encoding, data, colorsOf(place, isDark), size), renderer, isDark)
  return {
    // Small charts have a size of their own: they are drawn anew.
    resize: (next) => void (data.facets === undefined && view.width(next.width).height(next.height).runAsync()),
    destroy: finalize,
  }
}

export async function embedSpec(place: HTMLElement, spec: ChartSpec, renderer: 'svg' | 'canvas', isDark: boolean) {
  const [{ default: embed }, { expressionInterpreter }] = await Promise.all([import('vega-embed'), import('vega-interpreter')])
  return embed(place, spec as never, { actions: false, ast: true, expr: expressionInterpreter, renderer, tooltip: { theme: isDark ? 'dark' : 'custom' } })
}

/** Of the page, where it has them. */
function colorsOf(place: HTMLElement, isDark: boolean): ChartColors {
  const style = getComputedStyle(place)
  const color = (name: string) => style.getPropertyValue(name).trim()
  return { ...CHART_COLORS[isDark ? 'dark' : 'light'], text: color('--foreground'), muted: color('--muted-foreground'), grid: color('--border'), mark: color('--primary') }
}
