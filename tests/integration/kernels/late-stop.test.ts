/**
 * A restart is asked for while the machine of the notebook's kernel is away. Its job comes late, or to another machine: the
 * kernel that was meant ends, and one that began meanwhile, here or elsewhere, lives on.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KernelId, NotebookId, RunId } from '#lib/domain/ids.ts'
import { KERNEL_RESTARTED } from '#lib/domain/kernel.ts'
import type { Member } from '#server/auth/actor.ts'
import { endKernel, insertKernel } from '#server/compute/kernel-store.ts'
import { restartKernel } from '#server/compute/restart-kernel.ts'
import { hostName } from '#server/config.ts'
import { startSweeper } from '#server/runs/start-sweeper.ts'
import { kernels, workers } from '#server/store/schema/compute.ts'
import { createMemoryKernels } from '#workers/kernels/memory-kernels.ts'
import { createNotebookKernels, type NotebookKernels, type NotebookKernelsDeps } from '#workers/kernels/notebook-kernels.ts'
import { stopKernelTask } from '#workers/tasks/stop-kernel.ts'
import { until } from '../../support/run-world.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const HERE = hostName()
let world: World
let ada: Member
let notebookKernels: NotebookKernels
beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'owner')
  notebookKernels = createNotebookKernels({
    ...world.deps, kernels: createMemoryKernels(), workerId: async () => 'w', confirmed: async () => {}, memoryBytes: null,
    meters: { watch: () => {}, read: () => null, explainEnd: () => null, close: () => {} },
    prepare: async ({ kernelId }) => ({ launch: { id: kernelId, env: {}, folder: '' }, computeId: null }),
  } satisfies NotebookKernelsDeps)
})
afterAll(() => world.drop())

const addWorker = (host: string) => world.db.insert(workers).values({ id: randomUUID(), host, pid: 1 })
const restart = (notebookId: NotebookId) => restartKernel(world.deps, ada, { notebookId, requestId: null })
const rowOf = async (id: KernelId) => (await world.db.select().from(kernels).where(eq(kernels.id, id)))[0]
const jobOf = async (notebookId: NotebookId) => (await world.sql<{ task: string; payload: { kernelId?: KernelId | null } }[]>`
  select jobs.task_identifier as task, held.payload from graphile_worker.jobs join graphile_worker._private_jobs held on held.id = jobs.id where jobs.key = ${`stop-kernel:${notebookId}`}`)[0]
/** As this worker runs the job. */
const run = (payload: unknown) => stopKernelTask({ notebookKernels })(payload, {} as never)

/** On a machine that is not this one. */
async function addKernel(notebookId: NotebookId, host: string): Promise<KernelId> {
  const id = randomUUID() as KernelId
  await insertKernel(world.deps, { id, notebookId, runId: null, host, workerId: 'w', pid: 1_999_999, pidStarted: '1', connectionPath: 'none', state: 'starting' })
  return id
}

async function takeHere(notebookId: NotebookId): Promise<KernelId> {
  const askedBy = { runId: randomUUID() as RunId, requestId: null }
  const held = await notebookKernels.take({ workspaceId: world.workspaceId, notebookId, runId: null, askedBy, living: null }, new AbortController().signal)
  return held!.id
}

it('a job that comes when the notebook has begun on another machine leaves that kernel alone', async () => {
  const notebook = await world.addNotebook(ada)
  await Promise.all([addWorker(HERE), addWorker('elsewhere')])
  const meant = await takeHere(notebook)
  expect((await restart(notebook)).ok).toBe(true)
  const job = await jobOf(notebook)
  expect(job).toEqual({ task: `stop-kernel:${HERE}`, payload: { notebookId: notebook, kernelId: meant } })
  // Nobody came for the job: the next run gave that kernel up and began there.
  await endKernel(world.deps, meant, 'dead', 'The kernel is gone.')
  const living = await addKernel(notebook, 'elsewhere')
  await run(job?.payload)
  expect(await rowOf(living)).toMatchObject({ state: 'starting', endedAt: null })
})

it('nor does it end one that began here', async () => {
  const notebook = await world.addNotebook(ada)
  const meant = await addKernel(notebook, 'elsewhere')
  await endKernel(world.deps, meant, 'dead', 'The kernel is gone.')
  const living = await takeHere(notebook)
  await run({ notebookId: notebook, kernelId: meant })
  expect(await rowOf(living)).toMatchObject({ endedAt: null })
  expect(notebookKernels.atHand(notebook)).toBe(living)
  await run({ notebookId: notebook, kernelId: living })
  expect(await rowOf(living)).toMatchObject({ state: 'stopped', endReason: KERNEL_RESTARTED })
})

it('a job that names no kernel goes on to the machine where the kernel is, while somebody works there', async () => {
  const notebook = await world.addNotebook(ada)
  const host = `host-${randomUUID()}`
  await addWorker(host)
  const living = await addKernel(notebook, host)
  await run({ notebookId: notebook })
  expect(await rowOf(living)).toMatchObject({ endedAt: null })
  expect(await jobOf(notebook)).toEqual({ task: `stop-kernel:${host}`, payload: { notebookId: notebook, kernelId: living } })
})

it('[SWEEP5] a restart that waits for a machine without workers is anybody’s, and the kernel is over for everybody', async () => {
  const notebook = await world.addNotebook(ada)
  const host = `host-${randomUUID()}`
  await addWorker(host)
  const meant = await addKernel(notebook, host)
  await restart(notebook)
  expect((await jobOf(notebook))?.task).toBe(`stop-kernel:${host}`)
  await world.db.delete(workers).where(eq(workers.host, host))
  const stopSweeper = startSweeper(world.deps)
  const job = await until(async () => ((await jobOf(notebook))?.task === 'stop-kernel' ? jobOf(notebook) : null))
  await stopSweeper()
  expect(job.payload).toEqual({ notebookId: notebook, kernelId: meant })
  await run(job.payload)
  expect(await rowOf(meant)).toMatchObject({ state: 'stopped', endReason: KERNEL_RESTARTED })
})
