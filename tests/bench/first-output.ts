/**
 * (b) Run → first output of `print(1)` on a warm kernel, seen by another reader of the feed, against the same kernel asked directly and,
 * with `JUPYTER_URL`, against Jupyter in the same run. Then from a click on Run to what the page paints.
 */
import type { Product } from '../support/start-product.ts'
import { startDirectKernel, type DirectKernel } from './direct-kernel.ts'
import { followFeed } from './feed-client.ts'
import { clickToOutput } from './first-output-in-browser.ts'
import { jupyterUrl, startJupyterKernel } from './jupyter-client.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const TIMES = 60
const WARM_UPS = 5

export async function benchFirstOutput(product: Product, owner: Owner): Promise<Figure[]> {
  const direct = await startDirectKernel(product.env.PYTHON ?? 'python3')
  try {
    const figures = await askBoth(product, owner, direct)
    const clicked = await clickToOutput(product, owner, direct)
    return [...figures, { name: 'click on Run → its first output painted', unit: 'ms', ours: clicked.ours, baseline: { name: 'the same kernel asked directly', ...clicked.directly } }]
  } finally {
    direct.close()
  }
}

async function askBoth(product: Product, owner: Owner, direct: DirectKernel): Promise<Figure[]> {
  const directly: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const took = await direct.firstOutput('print(1)')
    if (i >= 0) directly.push(took)
  }
  const notebook = await owner.makeNotebook('First output', [{ kind: 'python', source: 'print(1)' }])
  const feed = await followFeed(product, owner, notebook.id)
  const ours: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
    const first = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'stream')
    const startedAt = performance.now()
    await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'cell', cellId: notebook.cellIds[0] } })
    const { at } = await first
    if (i >= 0) ours.push(at - startedAt)
    await ended
  }
  feed.close()
  const name = 'run → first output of print(1), durable, in another reader'
  return [
    { name, unit: 'ms', ours: spread(ours), baseline: { name: 'the same kernel asked directly', ...spread(directly) } },
    ...(jupyterUrl === undefined ? [] : [{ name, unit: 'ms' as const, ours: spread(ours), baseline: { name: 'Jupyter, over its own socket', ...spread(await askJupyter(jupyterUrl)) } }]),
  ]
}

async function askJupyter(address: string): Promise<number[]> {
  const kernel = await startJupyterKernel(address)
  const took: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const ms = await kernel.firstOutput('print(1)')
    if (i >= 0) took.push(ms)
  }
  await kernel.close()
  return took
}
