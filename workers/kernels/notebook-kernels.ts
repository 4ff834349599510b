/**
 * The kernels of this worker by notebook: finds the living one (in hand, or by its row after a restart of the worker),
 * else starts one. When a kernel ends by itself, its row and everybody in the notebook learn why, within a second.
 * A run with a fresh kernel gets one of its own, which ends with the run.
 */
import { randomUUID } from 'node:crypto'
import { describeIdleStop, describeKernelEnd, KERNEL_RESTARTED } from '#lib/domain/kernel.ts'
import type { ComputeId, KernelId, NotebookId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { KernelMeter } from '#lib/domain/kernel-question.ts'
import { askToStop } from '#server/compute/ask-to-stop.ts'
import { listForsakenKernels } from '#server/compute/forsaken-kernels.ts'
import { listIdleKernels } from '#server/compute/idle-kernels.ts'
import { endKernel, findKernel, hasWorkers, insertKernel, isWorkerAlive, settleKernel, tellKernel, type KernelRow } from '#server/compute/kernel-store.ts'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import type { KernelMeters } from './kernel-meters.ts'
import type { Kernel, KernelLaunch, KernelRecord, Kernels } from './kernels.ts'
import { whenAborted } from '../when-aborted.ts'
import { withPatience } from '../with-patience.ts'
import { endKernelsOfRun } from './stray-kernels.ts'

export interface HeldKernel {
  id: KernelId
  kernel: Kernel
}

export interface NotebookKernelsDeps {
  db: Database
  log: Log
  now: () => Date
  kernels: Kernels
  workerId: () => Promise<string>
  /** Resolves while this worker is known to live for all others (liveness.ts). */
  confirmed: () => Promise<void>
  meters: KernelMeters
  memoryBytes: number | null
  /** What a new kernel of this notebook is started with; whatever takes long ends when it is not wanted any more. */
  prepare: (place: { workspaceId: WorkspaceId; notebookId: NotebookId; kernelId: KernelId; askedBy: AskingRun }, unwanted: AbortSignal) => Promise<{ launch: KernelLaunch; computeId: ComputeId | null }>
}

/** The run that needs a kernel, by which the log's lines of its start are found. */
export interface AskingRun {
  runId: RunId
  /** Of the request that asked for the run; null where none did. */
  requestId: string | null
}

export interface RunPlace {
  workspaceId: WorkspaceId
  notebookId: NotebookId
  /** Set: a fresh kernel for this run. */
  runId: RunId | null
  askedBy: AskingRun
  /** The notebook's living kernel, as its row was seen when the run was claimed. */
  living: KernelRow | null
}

export interface NotebookKernels {
  /** The notebook's own kernel where this worker holds it, without asking anybody. */
  atHand(notebookId: NotebookId): KernelId | null
  /** The notebook's own kernel if this worker holds it, or may take it over at rest from a worker that is gone. */
  reach(notebookId: NotebookId): Promise<HeldKernel | null>
  /** How the notebook's own kernel does, where this worker holds it. */
  meterOf(notebookId: NotebookId): KernelMeter | null
  /** Null: it was not wanted any more before there was one, and is not waited for. */
  take(place: RunPlace, unwanted: AbortSignal): Promise<HeldKernel | null>
  /** Ends a fresh kernel after its run. */
  stop(held: HeldKernel): Promise<void>
  /** Ends it although somebody needs it, with the reason for everybody. */
  kill(held: HeldKernel, reason: string): Promise<void>
  /** As a person wished; `meant` is the kernel of then, null where there was none yet. One that began since is left alone. */
  stopNotebook(notebookId: NotebookId, meant: KernelId | null): Promise<void>
  /** Stops it when nobody has used it for so long. */
  stopIdle(notebookId: NotebookId, idleMs: number): Promise<void>
  /** Stops what a run that is over left going in it; ends it where that does not stop. */
  bringToRest(notebookId: NotebookId): Promise<void>
  /** Another worker has it now: it is left alone. */
  letGo(held: HeldKernel): void
  detachAll(): void
}

const SLOW_FROM_MS = 200

export function createNotebookKernels(deps: NotebookKernelsDeps): NotebookKernels {
  const host = hostName()
  const held = new Map<NotebookId, HeldKernel>()
  const stopping = new Set<KernelId>()
  const attaching = new Map<KernelId, Promise<Kernel | null>>()

  async function take(place: RunPlace, unwanted: AbortSignal): Promise<HeldKernel | null> {
    const { runId } = place
    if (runId !== null) {
      // Who was cut off meanwhile would end the kernel of a later attempt.
      await withPatience(() => deps.confirmed().then(() => endKernelsOfRun(deps, runId)))
      return startOne(place, unwanted)
    }
    const living = place.living === null ? null : await holdOf(place.living, place.askedBy)
    return living ?? startOne(place, unwanted)
  }

  async function holdOf(row: KernelRow, askedBy: AskingRun | null = null): Promise<HeldKernel | null> {
    const mine = held.get(row.notebookId)
    if (mine?.id === row.id) return mine
    const kernel = row.host === host ? await attachOnce(row) : null
    // Whoever came first while both waited has it.
    const first = held.get(row.notebookId)
    if (first?.id === row.id) return first
    if (kernel === null) {
      await withPatience(() => endKernel(deps, row.id, 'dead', describeKernelEnd(null, null)))
      return null
    }
    deps.log.info({ ...askedBy, kernelId: row.id, pid: row.pid }, 'attached to a kernel')
    return hold(row.notebookId, row.id, kernel)
  }

  function attachOnce(row: KernelRow): Promise<Kernel | null> {
    const attached = attaching.get(row.id) ?? deps.kernels.attach(row).finally(() => attaching.delete(row.id))
    attaching.set(row.id, attached)
    return attached
  }

  async function reach(notebookId: NotebookId): Promise<HeldKernel | null> {
    const mine = held.get(notebookId)
    if (mine !== undefined) return mine
    const row = await findKernel(deps.db, notebookId)
    const isFree = row !== null && row.host === host && row.state === 'idle' && !(await isWorkerAlive(deps.db, row.workerId))
    return isFree ? holdOf(row) : null
  }

  async function startOne({ workspaceId, notebookId, runId, askedBy }: RunPlace, unwanted: AbortSignal): Promise<HeldKernel | null> {
    const id = randomUUID() as KernelId
    const workerId = await deps.workerId()
    const preparing = withPatience(() => deps.prepare({ workspaceId, notebookId, kernelId: id, askedBy }, unwanted))
    const prepared = await tellingSlow(notebookId, runId, Promise.race([preparing, whenAborted(unwanted)]))
    if (prepared === null) return notStarted(id, notebookId, runId, 'stopped', null)
    const { launch, computeId } = prepared
    const startedAt = performance.now()
    // The row is written while the kernel comes up, and is there before any code runs in it: who finds this worker dead finds its kernel.
    let written: Promise<unknown> = Promise.resolve()
    let isLeft = false
    const write = (record: KernelRecord) => {
      if (isLeft) return
      written = written.then(() => withPatience(() => insertKernel(deps, { id, notebookId, runId, computeId, host, workerId, ...record, state: 'starting', limitBytes: deps.memoryBytes })))
      written.catch(() => {})
    }
    const starting = deps.kernels.start(launch, write)
    const kernel = await Promise.race([starting, whenAborted(unwanted)]).catch(async (error: unknown) => {
      await written.catch(() => {})
      await notStarted(id, notebookId, runId, 'dead', error instanceof Error ? error.message : String(error))
      throw error
    })
    if (kernel === null) {
      isLeft = true
      // No code was in it: it ends once it has come up.
      void starting.then((late) => late.stop()).catch((error: unknown) => deps.log.warn({ ...askedBy, err: error, kernelId: id }, 'a kernel that was not waited for did not come'))
      await written.catch(() => {})
      return notStarted(id, notebookId, runId, 'stopped', null)
    }
    await written.catch(async (error: unknown) => {
      await kernel.stop()
      throw error
    })
    deps.log.info({ ...askedBy, notebookId, kernelId: id, pid: kernel.record.pid, ms: Math.round(performance.now() - startedAt) }, 'a kernel was started')
    watch(id, kernel, notebookId)
    if (runId === null) held.set(notebookId, { id, kernel })
    return { id, kernel }
  }

  /** Packages may have to be installed first: who waits for long learns why. */
  async function tellingSlow<T>(notebookId: NotebookId, runId: RunId | null, preparing: Promise<T>): Promise<T> {
    let telling: Promise<void> | null = null
    const slow = runId !== null ? undefined : setTimeout(() => {
      telling = withPatience(() => tellKernel(deps, notebookId, 'starting', null)).catch((error: unknown) => deps.log.warn({ err: error }, 'a slow start could not be told'))
    }, SLOW_FROM_MS)
    try {
      return await preparing
    } finally {
      clearTimeout(slow)
      await telling
    }
  }

  /** People were told that it starts: they are told that it did not. */
  async function notStarted(id: KernelId, notebookId: NotebookId, runId: RunId | null, state: 'dead' | 'stopped', reason: string | null): Promise<null> {
    const hadRow = await withPatience(() => endKernel(deps, id, state, reason))
    if (!hadRow && runId === null) await withPatience(() => tellKernel(deps, notebookId, state, reason))
    return null
  }

  function hold(notebookId: NotebookId, id: KernelId, kernel: Kernel): HeldKernel {
    const mine = { id, kernel }
    held.set(notebookId, mine)
    watch(id, kernel, notebookId)
    return mine
  }

  function watch(id: KernelId, kernel: Kernel, notebookId: NotebookId): void {
    deps.meters.watch(id, kernel)
    void kernel.ended.then(async (end) => {
      if (held.get(notebookId)?.id === id) held.delete(notebookId)
      kernel.detach()
      if (stopping.has(id)) return
      deps.log.warn({ kernelId: id, ...end }, 'a kernel ended by itself')
      await withPatience(() => endKernel(deps, id, 'dead', describeKernelEnd(end.code, end.signal, end.cause)))
    }).catch((error: unknown) => deps.log.error({ err: error, kernelId: id }, 'the end of a kernel could not be written'))
  }

  async function stop({ id, kernel }: HeldKernel, reason: string | null, state: 'stopped' | 'dead' = 'stopped'): Promise<void> {
    stopping.add(id)
    await kernel.stop()
    await withPatience(() => endKernel(deps, id, state, reason))
    stopping.delete(id)
  }

  /** A process of another machine is ended by who works there. Where nobody does it is over on paper, and ends when they are back (stray-kernels.ts). */
  async function stopElsewhere({ id, notebookId, host: there }: KernelRow): Promise<void> {
    if (await hasWorkers(deps.db, there)) return askToStop(deps.db, { notebookId, kernelId: id })
    await withPatience(() => endKernel(deps, id, 'stopped', KERNEL_RESTARTED))
  }

  function letGo({ id, kernel }: HeldKernel): void {
    for (const [notebookId, mine] of held) if (mine.id === id) held.delete(notebookId)
    kernel.detach()
  }

  return {
    atHand: (notebookId) => held.get(notebookId)?.id ?? null,
    reach,
    meterOf: (notebookId) => {
      const mine = held.get(notebookId)
      return mine === undefined ? null : deps.meters.read(mine.id)
    },
    take,
    stop: (mine) => stop(mine, null),
    kill: (mine, reason) => stop(mine, reason, 'dead'),
    async stopNotebook(notebookId, meant) {
      const row = await findKernel(deps.db, notebookId)
      if (row === null || (meant !== null && row.id !== meant)) return
      if (row.host !== host) return stopElsewhere(row)
      const living = await holdOf(row)
      if (living === null) return
      held.delete(notebookId)
      await stop(living, KERNEL_RESTARTED)
    },
    async stopIdle(notebookId, idleMs) {
      const [idle] = await listIdleKernels(deps.db, { host, idleMs, now: deps.now(), notebookId })
      const row = idle === undefined ? null : await findKernel(deps.db, notebookId)
      const living = row === null ? null : await holdOf(row)
      if (living === null) return
      held.delete(notebookId)
      await stop(living, describeIdleStop(idleMs))
    },
    async bringToRest(notebookId) {
      const [row] = await listForsakenKernels(deps.db, { host, notebookId })
      if (row === undefined) return
      deps.log.warn({ kernelId: row.id, pid: row.pid, state: row.state }, 'a kernel that no run holds is brought to rest')
      // Who attaches anew interrupts what goes.
      const mine = held.get(notebookId)
      if (mine !== undefined) letGo(mine)
      if ((await holdOf(row)) !== null) await withPatience(() => settleKernel(deps, row))
    },
    letGo,
    detachAll() {
      for (const { kernel } of held.values()) kernel.detach()
      held.clear()
    },
  }
}
