/** F4: a worker that may have been taken for dead begins nothing, since the run and its kernel may be another's by then. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { CellId, KernelId, RunId } from '#lib/domain/ids.ts'
import type { Member } from '#server/auth/actor.ts'
import { insertKernel, listLiveKernels } from '#server/compute/kernel-store.ts'
import { hostName } from '#server/config.ts'
import { requestRun } from '#server/runs/request-run.ts'
import { runs } from '#server/store/schema/runs.ts'
import { createMemoryKernels } from '#workers/kernels/memory-kernels.ts'
import { createNotebookKernels, type NotebookKernelsDeps } from '#workers/kernels/notebook-kernels.ts'
import { executeRun, type ExecuteDeps } from '#workers/runs/execute-run.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

let world: World
let ada: Member
beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'owner')
})
afterAll(() => world.drop())

const never = () => new Promise<void>(() => {})

async function addRun(...sources: string[]): Promise<RunId> {
  const notebookId = await world.addNotebook(ada, sources.map((source, at) => ({ id: `c${at + 1}` as CellId, kind: 'python', source })))
  const run = await requestRun(world.deps, ada, { notebookId, scope: { kind: 'all' }, requestId: 'test', timeoutSeconds: 1 })
  if (!run.ok) throw new Error(run.message)
  return run.value.id
}

const rowOf = async (runId: RunId) => (await world.db.select().from(runs).where(eq(runs.id, runId)))[0]!

/** A worker whose kernels tell what they execute. */
function createWorker(confirmed: () => Promise<void>) {
  const executed: string[] = []
  const memory = createMemoryKernels()
  const kernels: typeof memory = { ...memory, start: async (...given) => {
    const kernel = await memory.start(...given)
    return { ...kernel, execute: (request, onMessage) => (executed.push(request.code), kernel.execute(request, onMessage)) }
  } }
  const deps = { ...world.deps, workerId: async () => 'w', confirmed }
  const notebookKernels = createNotebookKernels({
    ...deps, kernels, memoryBytes: null, meters: { watch: () => {}, read: () => null, explainEnd: () => null, close: () => {} },
    prepare: async ({ kernelId }) => ({ launch: { id: kernelId, env: {}, folder: '' }, computeId: null }),
  } satisfies NotebookKernelsDeps)
  const execute = (runId: RunId) => executeRun({
    ...deps, notebookKernels, control: { watch: () => () => {}, close: async () => {} }, warmCompute: () => {}, sparkUrl: () => null, leaving: new AbortController().signal,
  } as unknown as ExecuteDeps, { runId, notebookId: null })
  return { executed, notebookKernels, execute }
}

it.each([0, 1])('after %i cells it begins no other, and a limit that is reached meanwhile ends the run', async (count) => {
  let asked = 0
  const confirmed = () => ((asked += 1) > count ? never() : Promise.resolve())
  const worker = createWorker(confirmed)
  const runId = await addRun('print("one")', 'print("two")')
  await worker.execute(runId)
  expect(worker.executed).toEqual(['print("one")'].slice(0, count))
  expect(await rowOf(runId)).toMatchObject({ state: 'failed', reason: 'Stopped after 1 second, the limit of this run.' })
})

it('it ends no kernel of its run, which may be that of a later attempt', async () => {
  const runId = await addRun('print("one")')
  const { notebookId, workspaceId } = await rowOf(runId)
  const id = randomUUID() as KernelId
  await insertKernel(world.deps, { id, notebookId, runId, host: hostName(), workerId: 'another', pid: 1_999_999, pidStarted: '1', connectionPath: 'none', state: 'starting' })
  const isThere = async () => (await listLiveKernels(world.db, hostName())).some((row) => row.id === id)
  const beat = Promise.withResolvers<void>()
  const confirmed = vi.fn(() => beat.promise)
  const taken = createWorker(confirmed).notebookKernels.take({ workspaceId, notebookId, runId, askedBy: { runId, requestId: null }, living: null }, new AbortController().signal)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect([confirmed.mock.calls.length, await isThere()]).toEqual([1, true])
  beat.resolve()
  await taken
  expect(await isThere()).toBe(false)
})
