/** The chart cells of a notebook as Vega-Lite, for its file: each over the table its cell shows now. One that cannot be read is left to its text. */
import type { Cell } from '#lib/domain/cell.ts'
import { paperSpec } from '#lib/domain/chart-paper.ts'
import { readChartSource } from '#lib/domain/chart-source.ts'
import { describeChart, limitSentences } from '#lib/domain/chart-words.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { Drawing, ShownCell } from '#lib/domain/notebook-export.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { readChart } from '../results/read-chart.ts'

/** A file of more charts than this would keep the reader from others. */
const CHARTS_MAX = 60
const SIZE = { width: 720, height: 360 }

export async function drawCharts(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, cells: readonly Cell[], shown: ReadonlyMap<CellId, ShownCell>): Promise<Map<CellId, Drawing>> {
  const drawings = new Map<CellId, Drawing>()
  // One after the other: people who look at tables meanwhile come first.
  for (const { id, source } of cells.filter(({ kind }) => kind === 'chart').slice(0, CHARTS_MAX)) {
    const chosen = readChartSource(source)
    const tables = (chosen === null ? undefined : shown.get(chosen.cellId))?.outputs.filter((output) => output.kind === 'result') ?? []
    const table = tables[chosen?.table ?? tables.length - 1]
    if (chosen === null || table === undefined) continue
    const data = await readChart(deps, actor, table.resultId, chosen.encoding)
    if (!data.ok) continue
    // Its filter is in the description.
    const said = limitSentences({ ...chosen.encoding, filter: [] }, data.value)
    drawings.set(id, { spec: paperSpec(chosen.encoding, data.value, SIZE), text: `${describeChart(chosen.encoding)}${said.length === 0 ? '' : `. ${said.join(' ')}`}` })
  }
  return drawings
}
