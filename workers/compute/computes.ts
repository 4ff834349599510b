/**
 * Spark as the rest of the worker sees it: the address of a notebook's compute, known at once, and a wish that it be
 * warm. The Spark itself is a process of ours (embedded-sparks.ts) or one that runs elsewhere, which is only told the
 * tables. A kernel keeps the compute that it was started with, whatever its notebook chooses meanwhile.
 */
import type { ComputeId, KernelId, NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { addressOf, alignGivenComputes, changeCompute, computeOfNotebook, condemnIdle, findCompute, forgetProcess, kernelPlace, lastUsedCompute, listEmbedded, listRunning, noteUse } from '#server/compute/compute-store.ts'
import { connectUrlOf } from '#server/compute/connect-url-of.ts'
import { isCondemned } from '#server/compute/hold-compute.ts'
import { type Config, hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { createEmbeddedSparks } from './embedded-sparks.ts'
import { createIntroductions } from './introductions.ts'
import { createGivenLook } from './look-at-given.ts'
import { isListening, keepAddress, secretUrl } from './spark-address.ts'
import { registerTables, tablesKnownPath } from './spark-process.ts'
import type { StorageKeys } from './storage-keys.ts'

export interface ComputesDeps {
  db: Database
  config: Config
  log: Log
  now: () => Date
  keys: StorageKeys
}

export interface RunPlace {
  workspaceId: WorkspaceId
  notebookId: NotebookId
  /** It gets a kernel of its own, and so the compute that is chosen now. */
  hasFreshKernel: boolean
}

export interface Computes {
  /** What a new kernel of the notebook connects to, known before Spark is up. */
  addressFor(kernel: { workspaceId: WorkspaceId; notebookId: NotebookId; kernelId: KernelId }): Promise<{ computeId: ComputeId; url: string; readyPath: string; isGiven: boolean }>
  /** The same once `addressFor` or `warm` has seen the kernel: each request tells it, should Spark have moved. */
  knownUrl(kernelId: KernelId): string | null
  /** Sees to it that the run's Spark is there or on its way, and notes that it is used. Never waits for it, never throws. */
  warm(run: RunPlace): void
  /** Also anew: one that is to end is ended first. */
  start(computeId: ComputeId): Promise<void>
  /** One that is to end; what came after that wish is left alone. */
  stop(computeId: ComputeId): Promise<void>
  /** A table came that no cell made: those of the workspace's Sparks that run get to know it before this resolves, others when they start. */
  tellTables(workspaceId: WorkspaceId): Promise<void>
  /** Of one that was deleted: its catalog, log and keys. */
  forget(computeId: ComputeId): Promise<void>
  /** At the start of a worker: takes over what runs, and warms the Spark that was used last. */
  adopt(): Promise<void>
  stopIdle(): Promise<void>
  /** Whether the Spark that the installation was given answers, told in its computes. */
  lookAtGiven(): Promise<void>
  /** Lets go; the processes live on. */
  detach(): void
}

/** Within this time of a look, a run does not look again: its way to the kernel is to be short. */
const SEEN_FOR_MS = 20_000
/** Nobody tells us when a Spark that was given goes away. */
const GIVEN_SEEN_FOR_MS = 2_000
/** Kernels whose compute is remembered; those before are looked up again. */
const REMEMBERED = 2000

export function createComputes(deps: ComputesDeps): Computes {
  const { db, config, log } = deps
  const seen = new Map<NotebookId, { until: number; computeId: ComputeId | null }>()
  const urls = new Map<ComputeId, string>()
  const kernelComputes = new Map<KernelId, ComputeId>()
  const lookAgain = (id: ComputeId): void => {
    for (const [notebookId, { computeId }] of seen) if (computeId === id) seen.delete(notebookId)
  }
  const introductions = createIntroductions(deps, lookAgain)
  const sparks = createEmbeddedSparks(deps, lookAgain)

  /** The one that came with the workspace follows the configuration: its row may be from before a change of it, or new. */
  async function rowFor(place: { workspaceId: WorkspaceId; notebookId: NotebookId }): Promise<ComputeRow> {
    const row = await computeOfNotebook(db, place)
    const { remote } = config.spark
    const isAligned = remote === null ? row.kind === 'embedded' : row.kind === 'remote' && row.url === addressOf(remote)
    if (!row.isGiven || isAligned) return row
    await alignGivenComputes(db, remote)
    return computeOfNotebook(db, place)
  }

  async function urlOf(row: ComputeRow): Promise<string> {
    const full = row.kind === 'remote' ? connectUrlOf(config, row) : null
    if (full !== null && !full.ok) {
      await changeCompute(db, row.id, { state: 'failed', reason: full.message })
      throw new Error(full.message)
    }
    const url = full === null ? secretUrl(await keepAddress(config.dataDir, row.id)) : full.value
    urls.set(row.id, url)
    return url
  }

  const ensure = async (row: ComputeRow): Promise<void> => (row.kind === 'remote' ? introductions.begin(row, await urlOf(row)) : sparks.ensure(row))

  async function see(run: RunPlace): Promise<void> {
    const living = run.hasFreshKernel ? null : await kernelPlace(db, run.notebookId)
    if (living !== null) remember(living.kernelId, living.compute.id)
    await use(run.notebookId, living?.compute ?? (await rowFor(run)))
  }

  async function use(notebookId: NotebookId, found: ComputeRow): Promise<void> {
    // As it is once the use of it is noted: an idle one that was to be stopped is not any more, or is to be started again.
    const row = (await noteUse(db, found.id, deps.now())) ?? found
    seen.set(notebookId, { until: Date.now() + (row.kind === 'remote' ? GIVEN_SEEN_FOR_MS : SEEN_FOR_MS), computeId: row.id })
    await urlOf(row)
    await ensure(row)
  }

  function remember(kernelId: KernelId, computeId: ComputeId): void {
    kernelComputes.set(kernelId, computeId)
    const [oldest] = kernelComputes.keys()
    if (kernelComputes.size > REMEMBERED && oldest !== undefined) kernelComputes.delete(oldest)
  }

  const inBackground = (using: Promise<void>, of: NotebookId | ComputeId) => void using.catch((error: unknown) => log.warn({ err: error, of }, 'spark could not be seen to'))

  /** What an earlier worker left. A start or restart that somebody asked for waits in the queue. */
  async function takeOver(row: ComputeRow): Promise<void> {
    if (row.state === 'stopping') return sparks.end(row.id, null)
    if (isCondemned(row)) return
    if (await sparks.isRunning(row)) return sparks.ensure(row)
    await forgetProcess(db, row)
  }

  return {
    async addressFor({ workspaceId, notebookId, kernelId }) {
      const row = await rowFor({ workspaceId, notebookId })
      remember(kernelId, row.id)
      const url = await urlOf(row)
      if (row.kind === 'remote') introductions.expect(row.id)
      // The run may have seen to the compute of the kernel before this one.
      if (seen.get(notebookId)?.computeId !== row.id) inBackground(use(notebookId, row), notebookId)
      return { computeId: row.id, url, readyPath: tablesKnownPath(config, row.id), isGiven: row.kind === 'remote' }
    },
    knownUrl(kernelId) {
      const computeId = kernelComputes.get(kernelId)
      return computeId === undefined ? null : (urls.get(computeId) ?? null)
    },
    warm(run) {
      if (Date.now() < (seen.get(run.notebookId)?.until ?? 0)) return
      seen.set(run.notebookId, { until: Date.now() + SEEN_FOR_MS, computeId: null })
      inBackground(see(run), run.notebookId)
    },
    async start(computeId) {
      const row = await noteUse(db, computeId, deps.now())
      // Stop was pressed after it.
      if (row !== null && row.state !== 'stopping') await ensure(row)
    },
    async stop(computeId) {
      await sparks.end(computeId, null)
    },
    async tellTables(workspaceId) {
      const all = await listRunning(db, workspaceId, hostName())
      await Promise.all(all.map(async (row) => {
        const url = await urlOf(row)
        if (!(await isListening(url))) return
        await registerTables(config, log, { computeId: row.id, workspaceId, keysFile: await deps.keys.ensure(workspaceId, row.kind === 'embedded' ? row.id : undefined), url, donePath: tablesKnownPath(config, row.id), isForTables: true })
      }))
    },
    async forget(computeId) {
      if ((await findCompute(db, computeId)) === null) sparks.forget(computeId)
    },
    async adopt() {
      await alignGivenComputes(db, config.spark.remote)
      await sparks.endStrays()
      for (const row of await listEmbedded(db, hostName())) inBackground(takeOver(row), row.id)
      const last = await lastUsedCompute(db)
      if (last !== null && last.state !== 'stopping') inBackground(ensure(last), last.id)
    },
    async stopIdle() {
      for (const { id } of await condemnIdle(db, hostName(), config.spark.idleMs)) {
        log.info({ computeId: id }, 'spark is idle and stops')
        await sparks.end(id, 'Stopped because nobody used it. The next run starts it again.')
      }
      // A worker that was killed meanwhile leaves some that were to end.
      for (const { id, state } of await listEmbedded(db, hostName())) if (state === 'stopping') await sparks.end(id, null)
    },
    lookAtGiven: createGivenLook(deps, introductions.doubtGiven),
    detach() {
      introductions.close()
      sparks.detach()
    },
  }
}
