/**
 * (g) What ten open notebooks take, each having printed once, with the worker and all that makes kernels; with `JUPYTER_URL` beside ten
 * kernels of Jupyter's with their server. In shares (PSS): a page that several processes hold is divided among them. Spark, the web
 * process, Postgres and the store are not in it: they do not grow with notebooks, and Jupyter has no twin of them.
 */
import { readFileSync } from 'node:fs'
import type { Product } from '../support/start-product.ts'
import { followFeed } from './feed-client.ts'
import { jupyterUrl, startJupyterKernel } from './jupyter-client.ts'
import { single, type Figure } from './measure.ts'
import { proportionalMb } from './memory.ts'
import type { Owner } from './owner.ts'

const NOTEBOOKS = 10

export async function benchTenNotebooks(product: Product, owner: Owner): Promise<Figure[]> {
  const before = sum(familyOf(product.worker.pid ?? 0))
  for (let i = 0; i < NOTEBOOKS; i += 1) {
    const notebook = await owner.makeNotebook(`Open ${i}`, [{ kind: 'python', source: 'print(1)' }])
    const feed = await followFeed(product, owner, notebook.id)
    const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
    await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'all' } })
    await ended
    feed.close()
  }
  const all = sum(familyOf(product.worker.pid ?? 0))
  const jupyter = jupyterUrl === undefined ? null : await tenOfJupyter(jupyterUrl)
  const name = `memory of ${NOTEBOOKS} open notebooks`
  return [
    { name: `${name}, with the worker (share)`, unit: 'MB', ours: single(all), baseline: jupyter === null ? null : { name: 'as many of Jupyter’s, with its server', ...single(jupyter.all) } },
    { name: `${name}, without it`, unit: 'MB', ours: single(all - before), baseline: jupyter === null ? null : { name: 'as many of Jupyter’s, without it', ...single(jupyter.all - jupyter.before) } },
  ]
}

async function tenOfJupyter(address: string): Promise<{ before: number; all: number }> {
  const probe = await startJupyterKernel(address)
  const server = Number(await probe.text('import os; print(os.getppid())'))
  await probe.close()
  const before = sum([server])
  const kernels = await Promise.all(Array.from({ length: NOTEBOOKS }, () => startJupyterKernel(address)))
  for (const kernel of kernels) await kernel.text('print(1)')
  const all = sum(familyOf(server))
  for (const kernel of kernels) await kernel.close()
  return { before, all }
}

const sum = (pids: number[]): number => pids.map(proportionalMb).filter((mb) => !Number.isNaN(mb)).reduce((total, mb) => total + mb, 0)

/** Itself and all below it, but for Spark. */
function familyOf(pid: number): number[] {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  if (/SparkConnectServer|register_tables/.test(read(`/proc/${pid}/cmdline`))) return []
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter((text) => text !== '').map(Number)
  return [pid, ...children.flatMap(familyOf)]
}
