/** A chart that leaves the page: light whatever the theme, with what it is of as its title and what it does not show below that, since nothing else goes with it. Pure. */
import type { ChartData, ChartEncoding } from './chart.ts'
import { CHART_COLORS } from './chart-look.ts'
import { chartSpec, type ChartSize, type ChartSpec } from './chart-spec.ts'
import { headOf, limitSentences } from './chart-words.ts'

export function paperSpec(encoding: ChartEncoding, data: ChartData, size: ChartSize, title: string = headOf(encoding)): ChartSpec {
  const said = limitSentences(encoding, data)
  return { ...chartSpec(encoding, data, CHART_COLORS.light, size), title: { text: title, ...(said.length > 0 && { subtitle: said }) }, background: 'white', padding: 12 }
}
