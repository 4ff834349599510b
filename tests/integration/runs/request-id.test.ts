/** One id from the browser's answer to the kernel: whoever is told it finds the request, its run and the start of its kernel in the logs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isEnd, type Run } from '#lib/domain/run.ts'
import { signInOwner, type Owner } from '../../bench/owner.ts'
import { NO_SPARK } from '../../support/run-world.ts'
import { startProduct, type Product } from '../../support/start-product.ts'

type Line = Record<string, unknown>

let product: Product
let owner: Owner
beforeAll(async () => {
  product = await startProduct({ env: { SPARK_REMOTE: NO_SPARK } })
  owner = await signInOwner(product)
}, 120_000)
afterAll(() => product.stop(), 60_000)

const linesOf = (...path: string[]): Line[] => {
  const file = join(product.dataDir, ...path)
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line) : []
}
const kernelLines = (): Line[] => readdirSync(join(product.dataDir, 'logs', 'kernels')).filter((name) => /^kernel-[0-9a-f]{8}-/.test(name)).flatMap((name) => linesOf('logs', 'kernels', name))

/** Runs a notebook as a browser does; answers with the id that the browser is told. */
async function run(notebookId: string): Promise<{ requestId: string; run: Run }> {
  const response = await fetch(`${product.url}/api/v1/notebooks/${notebookId}/runs`, { method: 'POST', headers: { cookie: owner.cookie, origin: product.url, 'content-type': 'application/json' }, body: JSON.stringify({ scope: { kind: 'all' } }) })
  expect(response.status).toBe(201)
  const { id } = (await response.json()) as Run
  await expect.poll(async () => isEnd((await owner.call<Run>('GET', `/runs/${id}`)).state), { timeout: 40_000 }).toBe(true)
  return { requestId: response.headers.get('x-request-id') ?? '', run: await owner.call<Run>('GET', `/runs/${id}`) }
}

it('leads from the answer’s x-request-id to the worker’s lines and to the start of the kernel', async () => {
  const { id } = await owner.makeNotebook('Ids', [{ kind: 'python', source: 'import os\nassert not [name for name in os.environ if name.startswith("DATAHARBOUR")]' }])
  const first = await run(id)
  expect(first.run).toMatchObject({ state: 'succeeded' })
  const ids = { runId: first.run.id, requestId: first.requestId }
  expect(ids.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(linesOf('server.log')).toContainEqual(expect.objectContaining({ component: 'web', msg: 'request', requestId: ids.requestId, status: 201 }))
  await expect.poll(() => linesOf('workers.log')).toContainEqual(expect.objectContaining({ component: 'worker', msg: 'run ended', notebookId: id, ...ids }))
  const started = linesOf('workers.log').find(({ msg, runId }) => msg === 'a kernel was started' && runId === ids.runId)
  expect(started).toMatchObject({ component: 'worker', notebookId: id, ...ids })
  expect(kernelLines()).toContainEqual(expect.objectContaining({ level: 'info', component: 'kernel', msg: 'The kernel is ready.', notebookId: id, kernelId: started?.kernelId, ...ids }))

  // The kernel is there by now: another request leads to its run, and to no start.
  const second = await run(id)
  await expect.poll(() => linesOf('workers.log')).toContainEqual(expect.objectContaining({ msg: 'run ended', requestId: second.requestId, runId: second.run.id }))
  expect([...linesOf('workers.log'), ...kernelLines()].filter(({ msg, requestId }) => requestId === second.requestId && /kernel/.test(String(msg)))).toEqual([])
}, 120_000)
