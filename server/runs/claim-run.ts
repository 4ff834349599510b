/**
 * A worker takes a queued run: a fresh attempt token from here on goes with every write. Refused when the run was
 * cancelled meanwhile. Where the notebook's kernel lives on another machine and somebody works there, the run is given to
 * them: its variables are there. With the kernel at hand the run starts in the same transaction, its first cell running: one
 * commit lies between a click on Run and the kernel.
 */
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { KernelId, RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { KernelRow } from '../compute/kernel-store.ts'
import type { Database, Transaction } from '../store/client.ts'
import { kernels, workers } from '../store/schema/compute.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { applyRunEvent, type RunChangeRefusal } from './apply-run-event.ts'
import { addRunJob } from './insert-run.ts'
import { alignJobs } from './order-queue.ts'
import type { RunCellRow, RunRow } from './run-rows.ts'

export interface ClaimedRun {
  run: RunRow
  token: string
  cells: RunCellRow[]
  /** Set: this kernel lives, and the run has started in it. */
  kernelAtHand: KernelId | null
  /** The notebook's living kernel, whoever holds it; null where there is none, or the run gets one of its own. */
  kernel: KernelRow | null
}

export interface ClaimInput {
  runId: RunId
  /** Made by the caller, so that a claim that may or may not have come through can be made again. */
  token: string
  workerId: string
  /** The worker's machine. */
  host: string
  /** The notebook's kernel as the worker knows it. */
  kernelAtHand: KernelId | null
}

export async function claimRun(deps: { db: Database; now: () => Date }, input: ClaimInput): Promise<Outcome<ClaimedRun, RunChangeRefusal | 'elsewhere'>> {
  const { runId, workerId, token } = input
  return deps.db.transaction(async (tx) => {
    const [cells, kernel] = await Promise.all([
      tx.select().from(runCells).where(eq(runCells.runId, runId)).orderBy(asc(runCells.position)).execute(),
      livingKernel(tx, runId),
    ])
    if (kernel !== null && kernel.host !== input.host && (await giveToHost(tx, runId, kernel.host))) return refuse('elsewhere', 'The notebook’s kernel lives on another machine, whose workers have the run now.')
    const kernelAtHand = kernel !== null && kernel.id === input.kernelAtHand ? kernel.id : null
    const start = kernelAtHand === null ? { event: 'claim' as const } : { event: ['claim' as const, 'start' as const], beginCell: cells[0]?.cellId, kernel: { id: kernelAtHand, state: 'busy' as const } }
    const claimed = await applyRunEvent(tx, { runId, claim: { token, workerId }, now: deps.now(), ...start })
    if (claimed.ok) return accept({ run: claimed.value, token, cells, kernelAtHand, kernel })
    const [mine] = await tx.select().from(runs).where(and(eq(runs.id, runId), eq(runs.attemptToken, token)))
    return mine === undefined ? claimed : accept({ run: mine, token, cells, kernelAtHand, kernel })
  })
}

/** False where nobody works there any more. The job that brought the run here is over with this. */
async function giveToHost(tx: Transaction, runId: RunId, host: string): Promise<boolean> {
  const [worker] = await tx.select({ id: workers.id }).from(workers).where(eq(workers.host, host)).limit(1)
  if (worker === undefined) return false
  const [run] = await tx.select().from(runs).where(eq(runs.id, runId)).for('update')
  if (run?.state !== 'queued') return true
  await addRunJob(tx, run)
  await alignJobs(tx, run)
  return true
}

async function livingKernel(tx: Transaction, runId: RunId): Promise<KernelRow | null> {
  const [found] = await tx.select({ kernel: kernels }).from(kernels).innerJoin(runs, eq(runs.notebookId, kernels.notebookId))
    .where(and(eq(runs.id, runId), eq(runs.hasFreshKernel, false), isNull(kernels.runId), isNull(kernels.endedAt)))
  return found?.kernel ?? null
}
