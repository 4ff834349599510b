/**
 * `npm run bench`: measures the product beside its baselines on this machine and prints JSON lines and a table.
 * Names after `--` pick some: `npm run bench -- keystroke`. Nothing here passes or fails; ratios are for reading.
 */
import { startProduct } from '../support/start-product.ts'
import { benchChart } from './chart.ts'
import { benchDisplay } from './display.ts'
import { benchDocumentStorage } from './document-storage.ts'
import { WATCH_LOOP } from './event-loop.ts'
import { benchFirstCell } from './first-cell.ts'
import { benchFirstOutput } from './first-output.ts'
import { benchKeystroke } from './keystroke.ts'
import { load, toTable, type Figure } from './measure.ts'
import { benchMemory } from './memory.ts'
import { benchOpenNotebook } from './open-notebook.ts'
import { benchResultPage } from './result-page.ts'
import { benchRooms } from './rooms.ts'
import { benchSmallDisplay } from './small-display.ts'
import { benchStart } from './start.ts'
import { benchTables } from './tables.ts'
import { benchTenNotebooks } from './ten-notebooks.ts'
import { signInOwner } from './owner.ts'

const BENCHES = {
  keystroke: benchKeystroke,
  open: benchOpenNotebook,
  'first-output': benchFirstOutput,
  'first-cell': benchFirstCell,
  display: benchDisplay,
  'small-display': benchSmallDisplay,
  'result-page': benchResultPage,
  tables: benchTables,
  chart: benchChart,
  memory: benchMemory,
  'ten-notebooks': benchTenNotebooks,
  rooms: benchRooms,
  'document-storage': benchDocumentStorage,
} as const

const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'))
const isAsked = (name: string) => asked.length === 0 || asked.includes(name)
const figures: Figure[] = []

function keep(name: string, found: Figure[]): void {
  for (const figure of found) {
    figures.push(figure)
    console.log(JSON.stringify({ bench: name, ...figure, load: load(), at: new Date().toISOString() }))
  }
}

const product = await startProduct({ hasWelcome: true, env: WATCH_LOOP })
try {
  const owner = await signInOwner(product)
  for (const [name, bench] of Object.entries(BENCHES)) if (isAsked(name)) keep(name, await bench(product, owner))
} finally {
  await product.stop()
}
if (isAsked('start')) keep('start', await benchStart())
console.log(`\n${toTable(figures)}`)
