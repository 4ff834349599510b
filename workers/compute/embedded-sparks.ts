/**
 * The Spark processes of this machine, one per compute: started, taken over after a restart of the worker, watched,
 * stopped. Who starts one holds its row meanwhile, so that two workers never start two over one folder. When one ends
 * by itself, its row says why.
 */
import type { ChildProcess } from 'node:child_process'
import { totalmem } from 'node:os'
import { eq } from 'drizzle-orm'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { changeCompute, findCompute } from '#server/compute/compute-store.ts'
import { hostName } from '#server/config.ts'
import { computes as computesTable } from '#server/store/schema/compute.ts'
import { endProcess } from '../processes/end-process.ts'
import { isAlive, type ProcessIdentity } from '../processes/identity.ts'
import { watchProcess, type ProcessEnd, type Watch } from '../processes/watch-process.ts'
import type { ComputesDeps } from './computes.ts'
import { chooseAddress, freePort, isPortFree, keepAddress, publicUrl } from './spark-address.ts'
import { awaitSpark, lastWords, logPathOf, removeTraces, spawnSpark, tellFailure } from './spark-process.ts'

export interface EmbeddedSparks {
  /** Resolves when it is ready, or has said in its row why it is not. */
  ensure(row: ComputeRow): Promise<void>
  stop(row: ComputeRow, reason: string | null): Promise<void>
  isRunning(row: ComputeRow): Promise<boolean>
  /** Of one that was deleted. */
  forget(id: ComputeId): void
  detach(): void
}

const STOP_GRACE_MS = 10_000
const GONE = { pid: null, pidStarted: null, url: null, uiUrl: null }
const LOST = 'Spark stopped unexpectedly. The next run starts it again; what it was working on must be run again.'

/** `onEnd` hears of each process that is gone, and of each that did not come up. */
export function createEmbeddedSparks(deps: ComputesDeps, onEnd: (id: ComputeId) => void): EmbeddedSparks {
  const { db, config, log } = deps
  const watches = new Map<ComputeId, Watch>()
  const stopping = new Set<ComputeId>()
  const starting = new Map<ComputeId, Promise<void>>()

  async function bringUp({ id, workspaceId }: ComputeRow): Promise<void> {
    let hasProcess = false
    try {
      tellFailure(config, id, null)
      const keysFile = await deps.keys.ensure(workspaceId, id)
      if ((await startOrAdopt(id, keysFile)) === 'running') return
      hasProcess = true
      await awaitSpark(config, log, { computeId: id, workspaceId, keysFile, address: await keepAddress(config.dataDir, id) })
      if (!watches.has(id)) return
      await changeCompute(db, id, { state: 'running', reason: null })
      log.info({ computeId: id, workspaceId }, 'spark is running')
    } catch (error) {
      log.error({ err: error, computeId: id, workspaceId }, 'spark did not start')
      await giveUp(id, `Spark did not start: ${error instanceof Error ? error.message : String(error)}`, hasProcess)
    }
  }

  async function startOrAdopt(id: ComputeId, keysFile: string): Promise<'starting' | 'running'> {
    return db.transaction(async (tx) => {
      const [row] = await tx.select().from(computesTable).where(eq(computesTable.id, id)).for('update')
      if (row === undefined) return 'running'
      const running = await processOf(row)
      if (running !== null) {
        watch(row, running, null)
        return row.state === 'running' ? 'running' : 'starting'
      }
      const { workspaceId } = row
      const limits = limitsOf(row)
      const kept = await keepAddress(config.dataDir, id)
      const address = (await isPortFree(kept.port)) ? kept : await chooseAddress(config.dataDir, id)
      const uiPort = await freePort()
      const { child, identity } = await spawnSpark(config, { computeId: id, workspaceId, address, keysFile, uiPort, ...limits })
      await changeCompute(tx, id, { state: 'starting', reason: null, host: hostName(), ...identity, url: publicUrl(address), uiUrl: `http://127.0.0.1:${uiPort}`, logPath: logPathOf(config, id), startedAt: deps.now() })
      watch(row, identity, child)
      log.info({ computeId: id, workspaceId, pid: identity.pid }, 'spark is starting')
      return 'starting'
    })
  }

  /** What it was given, or what the installation gives. More memory than there is would end other processes first. */
  function limitsOf(row: ComputeRow): { memory: string; cores: number } {
    const machineMb = Math.floor(totalmem() / 2 ** 20)
    if (row.memoryMb !== null && row.memoryMb > machineMb) throw new Error(`it has ${row.memoryMb.toLocaleString('en')} MB of memory, and this machine ${machineMb.toLocaleString('en')} MB. Give it less.`)
    return { memory: row.memoryMb === null ? config.spark.memory : `${row.memoryMb}m`, cores: row.cores ?? config.spark.cores }
  }

  function watch(row: ComputeRow, identity: ProcessIdentity, child: ChildProcess | null): void {
    unwatch(row.id)
    const mine = watchProcess(identity, child)
    watches.set(row.id, mine)
    void mine.ended.then((end) => ended(row, mine, end)).catch((error: unknown) => log.error({ err: error, computeId: row.id }, 'the end of spark could not be written'))
  }

  function unwatch(id: ComputeId): void {
    watches.get(id)?.stop()
    watches.delete(id)
  }

  async function ended(row: ComputeRow, mine: Watch, end: ProcessEnd): Promise<void> {
    if (watches.get(row.id) !== mine) return
    watches.delete(row.id)
    onEnd(row.id)
    if (stopping.has(row.id)) return
    const said = end.code === null || end.code === 0 ? null : await lastWords(config, row.id)
    log.error({ computeId: row.id, ...end, said }, 'spark ended by itself')
    tellFailure(config, row.id, said ?? LOST)
    await changeCompute(db, row.id, { state: 'failed', reason: said ?? LOST, ...GONE })
  }

  /** A process that ended by itself has given a better reason already. Who came without one is told, whatever was told before. */
  async function giveUp(id: ComputeId, reason: string, hadProcess: boolean): Promise<void> {
    onEnd(id)
    const row = await findCompute(db, id)
    if (row === null || (hadProcess && row.state === 'failed') || stopping.has(id)) return
    const running = await processOf(row)
    unwatch(id)
    if (running !== null) await endProcess(running, STOP_GRACE_MS)
    tellFailure(config, id, reason)
    await changeCompute(db, id, { state: 'failed', reason, ...GONE })
  }

  return {
    async ensure(row) {
      if (watches.has(row.id) && !stopping.has(row.id)) return
      const current = starting.get(row.id) ?? bringUp(row).finally(() => starting.delete(row.id))
      starting.set(row.id, current)
      await current
    },
    async stop(row, reason) {
      stopping.add(row.id)
      try {
        const running = await processOf(row)
        if (running !== null) await endProcess(running, STOP_GRACE_MS)
        unwatch(row.id)
        onEnd(row.id)
        await changeCompute(db, row.id, { state: 'stopped', reason, startedAt: null, ...GONE })
      } finally {
        stopping.delete(row.id)
      }
    },
    isRunning: async (row) => (await processOf(row)) !== null,
    forget(id) {
      removeTraces(config, id)
      deps.keys.forget(id)
    },
    detach() {
      for (const id of [...watches.keys()]) unwatch(id)
    },
  }
}

async function processOf(row: ComputeRow): Promise<ProcessIdentity | null> {
  if (row.host !== hostName() || row.pid === null || row.pidStarted === null) return null
  const identity = { pid: row.pid, pidStarted: row.pidStarted }
  return (await isAlive(identity)) ? identity : null
}
