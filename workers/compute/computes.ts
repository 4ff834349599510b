/**
 * Spark as the rest of the worker sees it: the address of a workspace's default compute, known at once, and a wish
 * that it be warm. The Spark itself is a process of ours (embedded-sparks.ts) or one that was given (SPARK_REMOTE),
 * which is only told the tables.
 */
import { hostname } from 'node:os'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { alignDefaultComputes, changeCompute, defaultCompute, findCompute, lastUsedWorkspace, listEmbedded, listIdle } from '#server/compute/compute-store.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { createEmbeddedSparks } from './embedded-sparks.ts'
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

export interface Computes {
  /** What a kernel of the workspace connects to, known before Spark is up. */
  addressFor(workspaceId: WorkspaceId): Promise<{ computeId: ComputeId; url: string; readyPath: string | null }>
  /** The same once `addressFor` or `warm` has seen it: each request tells the kernel, should Spark have moved. */
  knownUrl(workspaceId: WorkspaceId): string | null
  /** Sees to it that Spark is there or on its way, and notes that it is used. Never waits for it, never throws. */
  warm(workspaceId: WorkspaceId): void
  start(computeId: ComputeId): Promise<void>
  stop(computeId: ComputeId, reason: string | null): Promise<void>
  /** At the start of a worker: takes over what runs, and warms the Spark that was used last. */
  adopt(): Promise<void>
  stopIdle(): Promise<void>
  /** Lets go; the processes live on. */
  detach(): void
}

/** Within this time of a look, a run does not look again: its way to the kernel is to be short. */
const SEEN_FOR_MS = 20_000

export function createComputes(deps: ComputesDeps): Computes {
  const { db, config, log } = deps
  const seenAt = new Map<WorkspaceId, number>()
  const urls = new Map<WorkspaceId, string>()
  const introduced = new Set<WorkspaceId>()
  const sparks = createEmbeddedSparks(deps, (workspaceId) => seenAt.delete(workspaceId))

  /** The workspace's default compute, as the configuration says it is: the row may be from before a change of it, or new. */
  async function rowFor(workspaceId: WorkspaceId): Promise<ComputeRow> {
    const row = await defaultCompute(db, workspaceId)
    const { remote } = config.spark
    if (remote === null ? row.kind === 'embedded' : row.kind === 'remote' && row.url === remote) return row
    await alignDefaultComputes(db, remote)
    return defaultCompute(db, workspaceId)
  }

  async function urlOf(row: ComputeRow): Promise<string> {
    const url = row.kind === 'remote' ? (row.url ?? '') : secretUrl(await keepAddress(config.dataDir, row.workspaceId))
    urls.set(row.workspaceId, url)
    return url
  }

  const ensure = (row: ComputeRow): Promise<void> => (row.kind === 'remote' ? introduce(row) : sparks.ensure(row))

  /** A given Spark is told the samples and the workspace's tables once, when it answers. */
  async function introduce({ workspaceId, url }: ComputeRow): Promise<void> {
    if (introduced.has(workspaceId) || url === null || !(await isListening(url))) return
    introduced.add(workspaceId)
    await registerTables(config, log, { workspaceId, keysFile: await deps.keys.ensure(workspaceId), url, donePath: null })
  }

  async function see(workspaceId: WorkspaceId): Promise<void> {
    const row = await rowFor(workspaceId)
    await changeCompute(db, row.id, { lastUsedAt: deps.now() })
    await ensure(row)
    await urlOf(row)
  }

  const self: Computes = {
    async addressFor(workspaceId) {
      const row = await rowFor(workspaceId)
      return { computeId: row.id, url: await urlOf(row), readyPath: row.kind === 'remote' ? null : tablesKnownPath(config, workspaceId) }
    },
    knownUrl: (workspaceId) => urls.get(workspaceId) ?? null,
    warm(workspaceId) {
      if (Date.now() - (seenAt.get(workspaceId) ?? 0) < SEEN_FOR_MS) return
      seenAt.set(workspaceId, Date.now())
      void see(workspaceId).catch((error: unknown) => log.warn({ err: error, workspaceId }, 'spark could not be seen to'))
    },
    async start(computeId) {
      const row = await findCompute(db, computeId)
      if (row !== null) await ensure(row)
    },
    async stop(computeId, reason) {
      const row = await findCompute(db, computeId)
      if (row !== null && row.kind === 'embedded') await sparks.stop(row, reason)
    },
    async adopt() {
      await alignDefaultComputes(db, config.spark.remote)
      for (const row of await listEmbedded(db, hostname())) {
        if (await sparks.isRunning(row)) void sparks.ensure(row)
        else await changeCompute(db, row.id, { state: 'stopped', reason: null, pid: null, pidStarted: null, url: null })
      }
      const last = await lastUsedWorkspace(db)
      if (last !== null) self.warm(last)
    },
    async stopIdle() {
      for (const row of await listIdle(db, hostname(), config.spark.idleMs)) {
        log.info({ computeId: row.id }, 'spark is idle and stops')
        await sparks.stop(row, 'Stopped because nobody used it. The next run starts it again.')
      }
    },
    detach: () => sparks.detach(),
  }
  return self
}
