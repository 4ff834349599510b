/** Draws with Vega, loaded only when a chart is on the page. Expressions are interpreted, so the page's policy needs no eval. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import { CATEGORIES, chartSpec, type ChartColors, type ChartSize } from './chart-spec.ts'

export interface DrawnChart {
  resize: (size: ChartSize) => void
  destroy: () => void
}

const MANY_MARKS = 1500

export async function drawChart(place: HTMLElement, encoding: ChartEncoding, data: ChartData, isDark: boolean, size: ChartSize): Promise<DrawnChart> {
  const [{ default: embed }, { expressionInterpreter }] = await Promise.all([import('vega-embed'), import('vega-interpreter')])
  const { view, finalize } = await embed(place, chartSpec(encoding, data, colorsOf(place, isDark), size), {
    actions: false,
    ast: true,
    expr: expressionInterpreter,
    renderer: data.rows.length > MANY_MARKS ? 'canvas' : 'svg',
    tooltip: { theme: isDark ? 'dark' : 'custom' },
  })
  return {
    resize: (next) => void view.width(next.width).height(next.height).runAsync(),
    destroy: finalize,
  }
}

function colorsOf(place: HTMLElement, isDark: boolean): ChartColors {
  const style = getComputedStyle(place)
  const color = (name: string) => style.getPropertyValue(name).trim()
  return { text: color('--foreground'), muted: color('--muted-foreground'), grid: color('--border'), background: color('--card'), mark: color('--primary'), categories: isDark ? CATEGORIES.dark : CATEGORIES.light }
}
