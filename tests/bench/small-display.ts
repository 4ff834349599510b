/**
 * A small table, from the moment in which the cell has it to its rows out of Delta, over HTTP; against delta-rs's write of the
 * same table alone, into the same store.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadConfig } from '#server/config.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import type { Product } from '../support/start-product.ts'
import { followFeed } from './feed-client.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const TIMES = 30
const WARM_UPS = 5
const KEY = 'bench/small'
/** Says when it has the table: both clocks are the machine's. */
const SOURCE = `import pandas as pd, time
frame = pd.DataFrame({"id": range(1000), "twice": range(0, 2000, 2), "name": [f"row {n}" for n in range(1000)]})
print(time.time() * 1000)
frame`

export async function benchSmallDisplay(product: Product, owner: Owner): Promise<Figure[]> {
  const notebook = await owner.makeNotebook('A small table', [{ kind: 'python', source: SOURCE }])
  const feed = await followFeed(product, owner, notebook.id)
  const ours: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
    const told = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'stream')
    const shown = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'result')
    await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'cell', cellId: notebook.cellIds[0] } })
    const [said, { event }] = await Promise.all([told, shown])
    if (said.event.kind !== 'output.added' || said.event.output.kind !== 'stream' || event.kind !== 'output.added' || event.output.kind !== 'result') throw new Error('another output')
    await owner.call('POST', `/results/${event.output.resultId}/page`, { offset: 0, limit: 100, sort: [], filter: [] })
    if (i >= 0) ours.push(performance.timeOrigin + performance.now() - Number(said.event.output.text))
    await ended
  }
  feed.close()
  return [{ name: 'small display: the cell has 1 000 rows → its first rows over HTTP', unit: 'ms', ours: spread(ours), baseline: { name: 'delta-rs, the write alone', ...spread(await writeDirectly(product)) } }]
}

async function writeDirectly(product: Product): Promise<number[]> {
  const script = fileURLToPath(new URL('./write_small.py', import.meta.url))
  const objects = createMinioObjects(loadConfig(product.env).s3)
  const { stdout } = await promisify(execFile)(product.env.PYTHON ?? 'python3', [script, KEY, String(TIMES), String(WARM_UPS)], { env: product.env })
  await objects.removeAll(`${KEY}/`)
  return JSON.parse(stdout) as number[]
}
