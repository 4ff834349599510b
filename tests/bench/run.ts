/**
 * `npm run bench`: measures the product beside its baselines on this machine, prints JSON lines and a table, and writes all of it to
 * test-results/bench.json (`BENCH_JSON` is another place). Names after `--` pick some: `npm run bench -- keystroke`. No figure
 * passes or fails, ratios are for reading; a bench that cannot be run ends it with 1, a name that there is not with 2.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { startProduct, type Product } from '../support/start-product.ts'
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
import { chooseBenches, runBenches, type BenchRecord } from './run-benches.ts'
import { benchSmallDisplay } from './small-display.ts'
import { benchStart } from './start.ts'
import { benchTables } from './tables.ts'
import { benchTenNotebooks } from './ten-notebooks.ts'
import { signInOwner, type Owner } from './owner.ts'

type Bench = (product: Product, owner: Owner) => Promise<Figure[]>

const BENCHES: Record<string, Bench> = {
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
}
const START = 'start'

const chosen = chooseBenches(process.argv.slice(2), [...Object.keys(BENCHES), START])
if (!chosen.ok) {
  console.error(chosen.message)
  process.exit(2)
}
// Before the product starts: Spark's own start alone is more than half a processor for the next minute.
const machine = { cores: cpus().length, model: cpus()[0]?.model, memoryMb: Math.round(totalmem() / 2 ** 20), node: process.version, platform: process.platform, loadBefore: load() }
console.error(`before the product starts: load average ${machine.loadBefore}`)
const records = [...(await runInProduct(chosen.value.filter((name) => name !== START))), ...(await run(chosen.value.filter((name) => name === START), benchStart))]
const path = resolve(process.env.BENCH_JSON ?? 'test-results/bench.json')
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), machine, records }, null, 2)}\n`)
console.log(`\n${toTable(records.flatMap(({ figures }) => figures))}\n\nWritten to ${path}.`)
const failed = records.filter((record) => record.failed !== null)
for (const record of failed) console.error(`The benchmark ${record.bench} failed: ${record.failed}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function runInProduct(names: string[]): Promise<BenchRecord[]> {
  if (names.length === 0) return []
  const product = await startProduct({ hasWelcome: true, env: WATCH_LOOP })
  try {
    const owner = await signInOwner(product)
    return await run(names, async (name) => (await BENCHES[name]?.(product, owner)) ?? [])
  } finally {
    await product.stop()
  }
}

function run(names: string[], bench: (name: string) => Promise<Figure[]>): Promise<BenchRecord[]> {
  const measure = async (name: string): Promise<Figure[]> => {
    const figures = await bench(name)
    for (const figure of figures) console.log(JSON.stringify({ bench: name, ...figure, load: load(), at: new Date().toISOString() }))
    return figures
  }
  return runBenches(names, measure, load, (line) => console.error(line))
}
