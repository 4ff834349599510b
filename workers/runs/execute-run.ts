/**
 * A run from its claim to its end state. Cells go one after another in the notebook's kernel; after one that failed the
 * rest is skipped. Nothing here throws for what a cell, a kernel or Spark does: that is the run's end and its sentence.
 *
 * The execute request leaves as soon as the claim is committed. With the kernel at hand the claim is also the start;
 * else that the run has started is written while the kernel works.
 */
import { randomUUID } from 'node:crypto'
import type { CellId, KernelId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { RunEvent } from '#lib/domain/run-machine.ts'
import type { WholeScope } from '#lib/domain/run.ts'
import { hostName } from '#server/config.ts'
import { applyRunEvent } from '#server/runs/apply-run-event.ts'
import { claimRun, type ClaimedRun } from '#server/runs/claim-run.ts'
import { pinsOfRun } from '#server/provenance/run-inputs.ts'
import { leaveNothing } from '../compute/leave-nothing.ts'
import { KernelStartFailed } from '../kernels/kernels.ts'
import type { HeldKernel, NotebookKernels } from '../kernels/notebook-kernels.ts'
import { cellRequest } from './kernel-request.ts'
import { loadWhole } from './load-whole.ts'
import { runCell, type CellEnd } from './run-cell.ts'
import type { RunControl } from './run-control.ts'
import { watchLimits, type LimitWatch } from './watch-limits.ts'
import { createRunWriter, type RunWriter, type WriterDeps } from './run-writer.ts'
import { whenAborted } from '../when-aborted.ts'
import { withPatience } from '../with-patience.ts'

export interface ExecuteDeps extends WriterDeps {
  workerId: () => Promise<string>
  control: RunControl
  notebookKernels: NotebookKernels
  /** Sees to it that Spark is there or on its way; never waits for it. */
  warmCompute: (run: ClaimedRun['run']) => void
  /** Where the kernel's Spark is now, if that is known. */
  sparkUrl: (kernelId: KernelId) => string | null
  /** Resolves while this worker is known to live for all others (liveness.ts). */
  confirmed: () => Promise<void>
  /** Aborted when this worker must end before the run does. */
  leaving: AbortSignal
}

const OUR_FAULT = 'DataHarbour could not finish this run. Run it again; if it stays, tell the operator.'

interface End { event: RunEvent; reason: string | null }

interface Signals {
  /** A person cancelled. */
  cancelled: AbortSignal
  /** The attempt is over: the run was given to another. */
  over: AbortSignal
  leaving: AbortSignal
}

/** `notebookId` is that of a run in the notebook's own kernel; null for a run that gets a fresh one. */
export async function executeRun(deps: ExecuteDeps, { runId, notebookId }: { runId: RunId; notebookId: NotebookId | null }): Promise<void> {
  const claim = { runId, token: randomUUID(), workerId: await deps.workerId(), host: hostName(), kernelAtHand: notebookId === null ? null : deps.notebookKernels.atHand(notebookId) }
  const claimed = await withPatience(() => claimRun(deps, claim))
  if (!claimed.ok) return deps.log.info({ runId, reason: claimed.reason }, 'a run was not claimed')
  const { run, token } = claimed.value
  const log = deps.log.child({ runId, requestId: run.requestId, notebookId: run.notebookId })
  const writer = createRunWriter({ ...deps, log }, claimed.value)
  const cancel = new AbortController()
  const over = new AbortController()
  const unwatch = deps.control.watch(runId, token, { onCancel: () => cancel.abort(), onOver: () => over.abort() })
  const startedAt = performance.now()
  try {
    await attempt(deps, claimed.value, writer, { cancelled: cancel.signal, over: over.signal, leaving: deps.leaving })
  } catch (error) {
    log.error({ err: error, detail: error instanceof KernelStartFailed ? error.detail : undefined }, 'a run failed on our side')
    const reason = error instanceof KernelStartFailed ? error.message : OUR_FAULT
    writer.end(cancel.signal.aborted ? 'cancelled' : 'fail', cancel.signal.aborted ? null : reason, null)
  } finally {
    await finish(deps, writer, run.id, token).finally(unwatch)
    log.info({ ms: Math.round(performance.now() - startedAt), attempt: run.attempt, isOver: writer.isOver }, 'run ended')
  }
}

/** Where what the run showed could not be written, that it is over can still be. */
async function finish(deps: ExecuteDeps, writer: RunWriter, runId: RunId, token: string): Promise<void> {
  await writer.flush()
  if (writer.isBroken) await withPatience(() => deps.db.transaction((tx) => applyRunEvent(tx, { runId, token, event: 'fail', reason: OUR_FAULT, now: deps.now() })))
}

async function attempt(deps: ExecuteDeps, claimed: ClaimedRun, writer: RunWriter, signals: Signals): Promise<void> {
  const { run } = claimed
  const limits = watchLimits(run)
  try {
    const unwanted = AbortSignal.any([signals.cancelled, signals.over, signals.leaving, limits.reached])
    const held = await deps.notebookKernels.take({ workspaceId: run.workspaceId, notebookId: run.notebookId, runId: run.hasFreshKernel ? run.id : null, askedBy: { runId: run.id, requestId: run.requestId }, living: claimed.kernel }, unwanted)
    if (held === null) return endUnstarted(run, writer, signals, limits)
    deps.warmCompute(run)
    await runIn(held, deps, claimed, writer, signals, limits)
  } finally {
    limits.stop()
  }
}

/** Stopped while its kernel was on its way. */
function endUnstarted(run: ClaimedRun['run'], writer: RunWriter, signals: Signals, limits: LimitWatch): void {
  const limit = signals.cancelled.aborted || signals.leaving.aborted ? null : limits.sentence()
  const end = limit === null ? stoppedEnd(run, signals) : { event: 'fail' as const, reason: limit }
  writer.end(end.event, end.reason, null)
}

async function runIn(held: HeldKernel, deps: ExecuteDeps, claimed: ClaimedRun, writer: RunWriter, signals: Signals, limits: LimitWatch): Promise<void> {
  const { run } = claimed
  try {
    const end = await (run.scope.kind === 'whole-result' ? runWhole(deps, claimed, run.scope, held, writer, signals) : runCells(deps, claimed, held, writer, signals, limits))
    if (end !== null) writer.end(end.event, end.reason, held.id)
  } finally {
    if (run.hasFreshKernel) await deps.notebookKernels.stop(held)
    else if (signals.over.aborted) deps.notebookKernels.letGo(held)
  }
}

async function runCells(deps: ExecuteDeps, { run, cells, kernelAtHand }: ClaimedRun, held: HeldKernel, writer: RunWriter, signals: Signals, limits: LimitWatch): Promise<End | null> {
  const pins = run.rerunOf === null ? null : await withPatience(() => pinsOfRun(deps.db, run.id))
  const stopped = AbortSignal.any([signals.cancelled, signals.leaving])
  for (const cell of cells) {
    // Cut off, it may have lost the run to another, who uses the kernel by now: a cell goes on, one that is to begin waits.
    await Promise.race([deps.confirmed(), whenAborted(AbortSignal.any([stopped, signals.over, limits.reached]))])
    if (signals.over.aborted) return null
    if (stopped.aborted) return stoppedEnd(run, signals)
    if (limits.reached.aborted) return { event: 'fail', reason: limits.sentence() }
    if (cell !== cells[0]) writer.cell(cell.cellId, 'running', null)
    else if (kernelAtHand === null) writer.start(cell.cellId, held.id)
    limits.beginCell()
    const end = await runCell({
      request: cellRequest(run, cell, { isFirst: cell === cells[0], sparkUrl: deps.sparkUrl(held.id), pins: pins?.[cell.cellId] ?? [] }),
      held, cancelled: AbortSignal.any([stopped, limits.reached]), over: signals.over, endKernel: (reason) => deps.notebookKernels.kill(held, reason), endSpark: (session) => leaveNothing(deps.sparkUrl(held.id), session),
      show: (shown) => (shown.kind === 'environment' ? writer.environment(shown.environment) : writer.show(cell.cellId, shown)),
    })
    limits.endCell()
    if (end.kind === 'left') return null
    const limit = stopped.aborted ? null : limits.sentence()
    const failure = tellEnd(writer, cell.cellId, end, stopped.aborted ? stoppedState(signals) : 'failed', limit)
    if (failure !== null) return stopped.aborted ? stoppedEnd(run, signals) : { event: 'fail', reason: failure }
  }
  return { event: 'succeed', reason: null }
}

async function runWhole(deps: ExecuteDeps, { run, kernelAtHand }: ClaimedRun, scope: WholeScope, held: HeldKernel, writer: RunWriter, signals: Signals): Promise<End | null> {
  const stopped = AbortSignal.any([signals.cancelled, signals.leaving])
  if (kernelAtHand === null) writer.start(null, held.id)
  const failed = await loadWhole(deps, { run, scope, writer, held, cancelled: stopped, over: signals.over, endKernel: (reason) => deps.notebookKernels.kill(held, reason), endSpark: (session) => leaveNothing(deps.sparkUrl(held.id), session), sparkUrl: deps.sparkUrl(held.id) })
  if (failed === 'left') return null
  if (failed === null) return { event: 'succeed', reason: null }
  return stopped.aborted ? stoppedEnd(run, signals) : { event: 'fail', reason: failed.reason }
}

/** Writes how a cell ended; `otherwise`: what it is that did not succeed, whose reason is given. A cell that a limit stopped says so itself. */
function tellEnd(writer: RunWriter, cellId: CellId, end: Exclude<CellEnd, { kind: 'left' }>, otherwise: 'failed' | 'cancelled' | 'lost', limit: string | null): string | null {
  if (limit !== null && !(end.kind === 'ended' && end.isOk)) writer.show(cellId, { kind: 'output', output: { kind: 'notice', text: limit } })
  if (end.kind === 'ended') {
    writer.cell(cellId, end.isOk ? 'succeeded' : otherwise, end.executionCount)
    return end.isOk ? null : (limit ?? end.error ?? 'The cell failed.')
  }
  const output = end.kind === 'kernel-died'
    ? { kind: 'error' as const, name: 'KernelDied', message: end.sentence, frames: [], jvmTrace: null }
    : { kind: 'notice' as const, text: end.sentence }
  writer.show(cellId, { kind: 'output', output })
  writer.cell(cellId, otherwise, null)
  return limit ?? end.sentence
}

/** Nobody cancelled where the worker had to leave: its cell is lost with the run. */
const stoppedState = ({ cancelled }: Signals): 'cancelled' | 'lost' => (cancelled.aborted ? 'cancelled' : 'lost')

function stoppedEnd(run: ClaimedRun['run'], { cancelled }: Signals): End {
  if (cancelled.aborted) return { event: 'cancelled', reason: null }
  if (run.attempt < run.maxAttempts) return { event: 'requeue', reason: null }
  return { event: 'lose', reason: 'The worker was stopped while this ran. Run it again.' }
}
