/**
 * (f) The first cell of a notebook that is new, as another reader sees it: `print(1)`, and a table of Spark's, in a workspace whose
 * Spark is warm; against the start of a stock ipykernel, from its process to its own first output. `JUPYTER_URL=http://…?token=…`
 * asks a Jupyter server for its kernel's start instead, in the same run.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Product } from '../support/start-product.ts'
import { startDirectKernel } from './direct-kernel.ts'
import { followFeed } from './feed-client.ts'
import { jupyterUrl, startJupyterKernel } from './jupyter-client.ts'
import { residentMb, spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'
import { kernelsOf, proportionalMb } from './memory.ts'

const TIMES = 15
const WARM_UPS = 2
/** The pool is filled again behind a first cell; people open their next notebook later than that. */
const BETWEEN_MS = 1500

export async function benchFirstCell(product: Product, owner: Owner): Promise<Figure[]> {
  const baseline = { name: jupyterUrl === undefined ? 'stock ipykernel: process → first output' : 'Jupyter: POST kernel → kernel_info_reply', ...spread(await repeat(() => (jupyterUrl === undefined ? startDirectly(product) : startInJupyter(jupyterUrl)))) }
  const print = await repeat(() => firstOutput(product, owner, 'print(1)', 'stream'))
  const spark = await repeat(() => firstOutput(product, owner, 'spark.range(3)', 'result'))
  const kernels = kernelsOf(product.dataDir)
  const own = kernels.map(proportionalMb)
  return [
    { name: 'first output of print(1) in a new notebook, durable, in another reader', unit: 'ms', ours: spread(print), baseline },
    { name: 'first Spark table of a new notebook, Spark warm', unit: 'ms', ours: spread(spark), baseline: null },
    { name: `memory of a kernel, ${kernels.length} open: its share (PSS)`, unit: 'MB', ours: spread(own), baseline: null },
    { name: 'memory of a kernel: resident (RSS)', unit: 'MB', ours: spread(kernels.map(residentMb)), baseline: null },
  ]
}

async function repeat(once: () => Promise<number>): Promise<number[]> {
  const took: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const ms = await once()
    if (i >= 0) took.push(ms)
    await wait(BETWEEN_MS)
  }
  return took
}

async function firstOutput(product: Product, owner: Owner, source: string, kind: 'stream' | 'result'): Promise<number> {
  const notebook = await owner.makeNotebook('New', [{ kind: 'python', source }])
  const feed = await followFeed(product, owner, notebook.id)
  const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
  const first = feed.next((event) => event.kind === 'output.added' && event.output.kind === kind)
  const startedAt = performance.now()
  await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' } })
  const { at } = await first
  await ended
  feed.close()
  return at - startedAt
}

async function startDirectly(product: Product): Promise<number> {
  const startedAt = performance.now()
  const kernel = await startDirectKernel(product.env.PYTHON ?? 'python3')
  await kernel.firstOutput('print(1)')
  const took = performance.now() - startedAt
  kernel.close()
  return took
}

async function startInJupyter(address: string): Promise<number> {
  const kernel = await startJupyterKernel(address)
  await kernel.close()
  return kernel.readyMs
}
