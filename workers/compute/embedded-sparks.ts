/**
 * The Spark processes of this machine, one per compute: started, taken over after a restart of the worker, watched,
 * stopped. Who starts or ends one holds its compute meanwhile (hold-compute.ts), so that two workers never start two over
 * one folder and no wish for a start is lost behind an end. When one ends by itself, its row says why.
 */
import type { ChildProcess } from 'node:child_process'
import { totalmem } from 'node:os'
import { and, eq, sql } from 'drizzle-orm'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { changeCompute, findCompute } from '#server/compute/compute-store.ts'
import { holdCompute, isAwaitingStart, isCondemned } from '#server/compute/hold-compute.ts'
import { hostName } from '#server/config.ts'
import type { Transaction } from '#server/store/client.ts'
import { computes as computesTable } from '#server/store/schema/compute.ts'
import { endProcess } from '../processes/end-process.ts'
import { isAlive, type ProcessIdentity } from '../processes/identity.ts'
import { watchProcess, type ProcessEnd, type Watch } from '../processes/watch-process.ts'
import type { ComputesDeps } from './computes.ts'
import { chooseAddress, freePort, isPortFree, keepAddress, publicUrl } from './spark-address.ts'
import { awaitSpark, lastWords, logPathOf, payTables, removeTraces, spawnSpark, tellFailure } from './spark-process.ts'
import { computesStartedHere, endUnknown } from './spark-remains.ts'

export interface EmbeddedSparks {
  /** Resolves when it is ready, or has said in its row why it is not. `row` is as fresh as can be. */
  ensure(row: ComputeRow): Promise<void>
  /** Of one that is condemned; where a start came after that, it is left to it. */
  end(id: ComputeId, reason: string | null): Promise<void>
  isRunning(row: ComputeRow): Promise<boolean>
  /** Ends those that no row knows. */
  endStrays(): Promise<void>
  /** Of one that was deleted. */
  forget(id: ComputeId): void
  detach(): void
}

const STOP_GRACE_MS = 10_000
const GONE = { pid: null, pidStarted: null, url: null, uiUrl: null, startedAt: null }
const LOST = 'Spark stopped unexpectedly. The next run starts it again; what it was working on must be run again.'

interface Spawned {
  identity: ProcessIdentity
  watch: Watch
}

/** `onEnd` hears of each process that is gone, and of each that did not come up. */
export function createEmbeddedSparks(deps: ComputesDeps, onEnd: (id: ComputeId) => void): EmbeddedSparks {
  const { db, config, log } = deps
  const watches = new Map<ComputeId, Watch>()
  const starting = new Map<ComputeId, Promise<void>>()

  async function bringUp({ id, workspaceId }: ComputeRow): Promise<void> {
    let made: Spawned | null = null
    let isWritten = false
    const gone = new AbortController()
    try {
      tellFailure(config, id, null)
      const keysFile = await deps.keys.ensure(workspaceId, id)
      const found = await holdCompute(db, id, (tx) => startOrAdopt(tx, id, keysFile, (one) => (made = one)))
      const place = { computeId: id, workspaceId, keysFile, address: await keepAddress(config.dataDir, id) }
      if (found === null) return payTables(config, log, place)
      made = found
      isWritten = true
      const up = awaitSpark(config, log, place, gone.signal)
      const isReady = await Promise.race([up.then(() => true), found.watch.ended.then(() => false)])
      // Whoever saw it end has said why. Somebody may have pressed Stop meanwhile.
      if (isReady && watches.has(id) && (await tellRunning(id, found.identity))) log.info({ computeId: id, workspaceId }, 'spark is running')
    } catch (error) {
      log.error({ err: error, computeId: id, workspaceId }, 'spark did not start')
      const identity = (made as Spawned | null)?.identity ?? null
      // The row knows nothing of it, and never will.
      if (!isWritten && identity !== null) await endProcess(identity, STOP_GRACE_MS)
      await giveUp(id, `Spark did not start: ${error instanceof Error ? error.message : String(error)}`, isWritten ? identity : null)
    } finally {
      gone.abort()
    }
  }

  /** Null when there is nothing to wait for. `onMade` hears of a process that is there, should the row not be told any more. */
  async function startOrAdopt(tx: Transaction, id: ComputeId, keysFile: string, onMade: (made: Spawned) => void): Promise<Spawned | null> {
    const found = await findCompute(tx, id)
    if (found !== null && isCondemned(found)) await endHeld(tx, found)
    await endUnknown(config.dataDir, id, await findCompute(tx, id))
    const [row] = await tx.select().from(computesTable).where(eq(computesTable.id, id)).for('update')
    if (row === undefined) return null
    const running = await processOf(row)
    if (running !== null) {
      const adopted = { identity: running, watch: watch(id, running, null) }
      return row.state === 'running' ? null : adopted
    }
    const { workspaceId } = row
    const limits = limitsOf(row)
    // Of one that ended while this start waited for its turn.
    tellFailure(config, id, null)
    const kept = await keepAddress(config.dataDir, id)
    const address = (await isPortFree(kept.port)) ? kept : await chooseAddress(config.dataDir, id)
    const uiPort = await freePort()
    const { child, identity } = await spawnSpark(config, { computeId: id, workspaceId, address, keysFile, uiPort, ...limits })
    const made = { identity, watch: watch(id, identity, child) }
    onMade(made)
    await changeCompute(tx, id, { state: 'starting', reason: null, host: hostName(), ...identity, url: publicUrl(address), uiUrl: `http://127.0.0.1:${uiPort}`, logPath: logPathOf(config, id), startedAt: deps.now() })
    log.info({ computeId: id, workspaceId, pid: identity.pid }, 'spark is starting')
    return made
  }

  async function tellRunning(id: ComputeId, { pid, pidStarted }: ProcessIdentity): Promise<boolean> {
    const told = await db.update(computesTable).set({ state: 'running', reason: null })
      .where(and(eq(computesTable.id, id), eq(computesTable.state, 'starting'), eq(computesTable.pid, pid), eq(computesTable.pidStarted, pidStarted), sql`${computesTable.startedAt} is not null`)).returning({ id: computesTable.id })
    return told.length > 0
  }

  /** What it was given, or what the installation gives. More memory than there is would end other processes first. */
  function limitsOf(row: ComputeRow): { memory: string; cores: number } {
    const machineMb = Math.floor(totalmem() / 2 ** 20)
    if (row.memoryMb !== null && row.memoryMb > machineMb) throw new Error(`it has ${row.memoryMb.toLocaleString('en')} MB of memory, and this machine ${machineMb.toLocaleString('en')} MB. Give it less.`)
    return { memory: row.memoryMb === null ? config.spark.memory : `${row.memoryMb}m`, cores: row.cores ?? config.spark.cores }
  }

  function watch(id: ComputeId, identity: ProcessIdentity, child: ChildProcess | null): Watch {
    unwatch(id)
    const mine = watchProcess(identity, child)
    watches.set(id, mine)
    void mine.ended.then((end) => ended(id, identity, mine, end)).catch((error: unknown) => log.error({ err: error, computeId: id }, 'the end of spark could not be written'))
    return mine
  }

  function unwatch(id: ComputeId): void {
    watches.get(id)?.stop()
    watches.delete(id)
  }

  /** Who ends one on purpose holds the compute until the row knows, so that its end is nobody's surprise. */
  async function ended(id: ComputeId, { pid, pidStarted }: ProcessIdentity, mine: Watch, end: ProcessEnd): Promise<void> {
    if (watches.get(id) !== mine) return
    watches.delete(id)
    onEnd(id)
    await holdCompute(db, id, async (tx) => {
      const row = await findCompute(tx, id)
      if (row?.pid !== pid || row.pidStarted !== pidStarted) return
      if (isCondemned(row)) return void (await changeCompute(tx, id, GONE))
      const said = end.code === null || end.code === 0 ? null : await lastWords(config, id)
      log.error({ computeId: id, ...end, said }, 'spark ended by itself')
      tellFailure(config, id, said ?? LOST)
      await changeCompute(tx, id, { state: 'failed', reason: said ?? LOST, ...GONE })
    })
  }

  /** A process that ended by itself has given a better reason already. Who came without one is told, whatever was told before. */
  async function giveUp(id: ComputeId, reason: string, mine: ProcessIdentity | null): Promise<void> {
    onEnd(id)
    if (mine !== null) {
      unwatch(id)
      await endProcess(mine, STOP_GRACE_MS)
    }
    await holdCompute(db, id, async (tx) => {
      const row = await findCompute(tx, id)
      if (row === null || row.state === 'stopping' || (mine === null ? await isUp(row) : isAnothers(row, mine))) return
      await endHeld(tx, row)
      tellFailure(config, id, reason)
      await changeCompute(tx, id, { state: 'failed', reason })
    })
  }

  const isUp = async (row: ComputeRow): Promise<boolean> => !isCondemned(row) && (await processOf(row)) !== null
  const isAnothers = (row: ComputeRow, { pid }: ProcessIdentity): boolean => row.state === 'failed' || isAwaitingStart(row) || (row.pid !== null && row.pid !== pid)

  async function endHeld(tx: Transaction, row: ComputeRow): Promise<void> {
    const running = await processOf(row)
    if (running !== null) await endProcess(running, STOP_GRACE_MS)
    // Not stopped: who waits for it to come up is told of its end by the same watch.
    watches.delete(row.id)
    onEnd(row.id)
    await changeCompute(tx, row.id, GONE)
  }

  async function end(id: ComputeId, reason: string | null): Promise<void> {
    await holdCompute(db, id, async (tx) => {
      const row = await findCompute(tx, id)
      if (row === null || !isCondemned(row)) return
      await endHeld(tx, row)
      // Not over a start that was pressed while it ended.
      await tx.update(computesTable).set({ state: 'stopped', reason }).where(and(eq(computesTable.id, id), eq(computesTable.state, 'stopping')))
    })
  }

  async function ensure(row: ComputeRow): Promise<void> {
    const { id } = row
    if (watches.has(id) && row.state === 'running') return
    const underWay = starting.get(id)
    if (underWay === undefined) {
      const mine = bringUp(row).finally(() => starting.delete(id))
      starting.set(id, mine)
      return mine
    }
    if (isCondemned(row)) await end(id, null)
    await underWay
    const now = await findCompute(db, id)
    // Stop was pressed after it.
    if (now === null || now.state === 'stopping') return
    // What was under way ended with an earlier wish: this one is for another.
    if (isCondemned(row) || isAwaitingStart(now)) return ensure(now)
  }

  return {
    ensure,
    end,
    isRunning: async (row) => (await processOf(row)) !== null,
    async endStrays() {
      for (const id of computesStartedHere(config.dataDir)) {
        const stray = await holdCompute(db, id, async (tx) => endUnknown(config.dataDir, id, await findCompute(tx, id)))
        if (stray !== null) log.warn({ computeId: id, ...stray }, 'a spark that no row knew was ended')
      }
    },
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
