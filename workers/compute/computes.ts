/**
 * The Sparks that this worker sees to. A workspace's address is known at once; the process starts behind it, is taken
 * over after a restart of the worker, and its end is told with a reason. One process per workspace: who starts it
 * holds the row meanwhile.
 */
import type { ChildProcess } from 'node:child_process'
import { hostname } from 'node:os'
import { eq } from 'drizzle-orm'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { alignDefaultComputes, changeCompute, defaultCompute, findCompute, lastUsedWorkspace, listEmbedded, listIdle } from '#server/compute/compute-store.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { computes as computesTable } from '#server/store/schema/compute.ts'
import { endProcess } from '../processes/end-process.ts'
import { isAlive, type ProcessIdentity } from '../processes/identity.ts'
import { watchProcess, type ProcessEnd, type Watch } from '../processes/watch-process.ts'
import { chooseAddress, isPortFree, keepAddress, publicUrl, secretUrl } from './spark-address.ts'
import { awaitSpark, lastWords, logPathOf, spawnSpark, tablesKnownPath } from './spark-process.ts'
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

const STOP_GRACE_MS = 10_000
/** Within this time of a look, a run does not look again: its way to the kernel is to be short. */
const SEEN_FOR_MS = 20_000
const LOST = 'Spark stopped unexpectedly. The next run starts it again; what it was working on must be run again.'

export function createComputes(deps: ComputesDeps): Computes {
  const { db, config, log } = deps
  const host = hostname()
  const watches = new Map<ComputeId, Watch>()
  const stopping = new Set<ComputeId>()
  const starting = new Map<WorkspaceId, Promise<void>>()
  const seenAt = new Map<WorkspaceId, number>()

  /** The workspace's default compute, as the configuration says it is: the row may be from before a change of it, or new. */
  async function rowFor(workspaceId: WorkspaceId): Promise<ComputeRow> {
    const row = await defaultCompute(db, workspaceId)
    const { remote } = config.spark
    if (remote === null ? row.kind === 'embedded' : row.kind === 'remote' && row.url === remote) return row
    await alignDefaultComputes(db, remote)
    return defaultCompute(db, workspaceId)
  }

  async function ensure(row: ComputeRow): Promise<void> {
    if (row.kind === 'remote' || (watches.has(row.id) && !stopping.has(row.id))) return
    const current = starting.get(row.workspaceId) ?? bringUp(row).finally(() => starting.delete(row.workspaceId))
    starting.set(row.workspaceId, current)
    await current
  }

  async function bringUp({ id, workspaceId }: ComputeRow): Promise<void> {
    try {
      const keysFile = await deps.keys.ensure(workspaceId)
      const started = await startOrAdopt(id, workspaceId, keysFile)
      if (started === null) return
      await awaitSpark(config, log, { workspaceId, keysFile, address: await keepAddress(config.dataDir, workspaceId) })
      if (!watches.has(id)) return
      await changeCompute(db, id, { state: 'running', reason: null })
      log.info({ computeId: id, workspaceId }, 'spark is running')
    } catch (error) {
      log.error({ err: error, computeId: id, workspaceId }, 'spark did not start')
      // A process that ended has said why already.
      await changeComputeIfStarting(id, `Spark did not start: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Holds the row, so that two workers never start two Sparks over one folder. Null: it runs already. */
  async function startOrAdopt(id: ComputeId, workspaceId: WorkspaceId, keysFile: string): Promise<ProcessIdentity | null> {
    return db.transaction(async (tx) => {
      const [row] = await tx.select().from(computesTable).where(eq(computesTable.id, id)).for('update')
      if (row === undefined) return null
      const running = await processOf(row)
      if (running !== null) {
        watch(row, running, null)
        return row.state === 'running' ? null : running
      }
      let address = await keepAddress(config.dataDir, workspaceId)
      if (!(await isPortFree(address.port))) address = await chooseAddress(config.dataDir, workspaceId)
      const { child, identity } = await spawnSpark(config, { workspaceId, address, keysFile })
      await changeCompute(tx, id, { state: 'starting', reason: null, host, ...identity, url: publicUrl(address), logPath: logPathOf(config, workspaceId), startedAt: deps.now() })
      watch(row, identity, child)
      log.info({ computeId: id, workspaceId, pid: identity.pid }, 'spark is starting')
      return identity
    })
  }

  async function processOf(row: ComputeRow): Promise<ProcessIdentity | null> {
    if (row.host !== host || row.pid === null || row.pidStarted === null) return null
    const identity = { pid: row.pid, pidStarted: row.pidStarted }
    return (await isAlive(identity)) ? identity : null
  }

  function watch(row: ComputeRow, identity: ProcessIdentity, child: ChildProcess | null): void {
    watches.get(row.id)?.stop()
    const mine = watchProcess(identity, child)
    watches.set(row.id, mine)
    void mine.ended.then((end) => ended(row, mine, end)).catch((error: unknown) => log.error({ err: error, computeId: row.id }, 'the end of spark could not be written'))
  }

  async function ended(row: ComputeRow, mine: Watch, end: ProcessEnd): Promise<void> {
    if (watches.get(row.id) !== mine) return
    watches.delete(row.id)
    seenAt.delete(row.workspaceId)
    if (stopping.has(row.id)) return
    const said = end.code === null || end.code === 0 ? null : await lastWords(config, row.workspaceId)
    log.error({ computeId: row.id, ...end, said }, 'spark ended by itself')
    await changeCompute(db, row.id, { state: 'failed', reason: said ?? LOST, pid: null, pidStarted: null, url: null })
  }

  async function changeComputeIfStarting(id: ComputeId, reason: string): Promise<void> {
    const row = await findCompute(db, id)
    if (row?.state !== 'starting' && row?.state !== 'stopped') return
    const running = await processOf(row)
    watches.get(id)?.stop()
    watches.delete(id)
    if (row !== null) seenAt.delete(row.workspaceId)
    if (running !== null) await endProcess(running, STOP_GRACE_MS)
    await changeCompute(db, id, { state: 'failed', reason, pid: null, pidStarted: null, url: null })
  }

  const self: Computes = {
    async addressFor(workspaceId) {
      const row = await rowFor(workspaceId)
      if (row.kind === 'remote') return { computeId: row.id, url: row.url ?? '', readyPath: null }
      return { computeId: row.id, url: secretUrl(await keepAddress(config.dataDir, workspaceId)), readyPath: tablesKnownPath(config, workspaceId) }
    },
    warm(workspaceId) {
      if (Date.now() - (seenAt.get(workspaceId) ?? 0) < SEEN_FOR_MS) return
      seenAt.set(workspaceId, Date.now())
      void rowFor(workspaceId).then(async (row) => {
        await changeCompute(db, row.id, { lastUsedAt: deps.now() })
        await ensure(row)
      }).catch((error: unknown) => log.warn({ err: error, workspaceId }, 'spark could not be seen to'))
    },
    async start(computeId) {
      const row = await findCompute(db, computeId)
      if (row !== null) await ensure(row)
    },
    async stop(computeId, reason) {
      const row = await findCompute(db, computeId)
      if (row === null || row.kind === 'remote') return
      stopping.add(computeId)
      try {
        const running = await processOf(row)
        if (running !== null) await endProcess(running, STOP_GRACE_MS)
        watches.get(computeId)?.stop()
        watches.delete(computeId)
        seenAt.delete(row.workspaceId)
        await changeCompute(db, computeId, { state: 'stopped', reason, pid: null, pidStarted: null, url: null, startedAt: null })
      } finally {
        stopping.delete(computeId)
      }
    },
    async adopt() {
      await alignDefaultComputes(db, config.spark.remote)
      for (const row of await listEmbedded(db, host)) {
        if ((await processOf(row)) !== null) await ensure(row)
        else await changeCompute(db, row.id, { state: 'stopped', reason: null, pid: null, pidStarted: null, url: null })
      }
      const last = await lastUsedWorkspace(db)
      if (last !== null) self.warm(last)
    },
    async stopIdle() {
      for (const row of await listIdle(db, host, config.spark.idleMs)) {
        log.info({ computeId: row.id }, 'spark is idle and stops')
        await self.stop(row.id, 'Stopped because nobody used it. The next run starts it again.')
      }
    },
    detach() {
      for (const one of watches.values()) one.stop()
      watches.clear()
    },
  }
  return self
}
