/**
 * Cancelling. A queued run ends at once; a running one becomes `cancelling`, and its worker, told by NOTIFY
 * `run-control`, interrupts the kernel. It is `cancelled` only when nothing of it is left running.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { describeCancel } from '#lib/domain/run-cancel.ts'
import type { RunState } from '#lib/domain/run.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database, Transaction } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { applyRunEvent, type RunChangeRefusal } from './apply-run-event.ts'
import { authorizeRun } from './read-run.ts'

export const RUN_CONTROL_CHANNEL = 'run-control'

type Deps = { db: Database; now: () => Date }

export async function cancelRun(deps: Deps, actor: Actor | null, input: { runId: string }): Promise<Outcome<{ state: RunState }, AuthorizeRefusal | RunChangeRefusal>> {
  const allowed = await authorizeRun(deps, actor, input.runId, 'run:cancel')
  if (!allowed.ok) return allowed
  return deps.db.transaction((tx) => cancelWithin(tx, input.runId as RunId, reasonFrom(actor), deps.now()))
}

/** Whose runs an Interrupt ends of those that wait. What runs it ends in any case: there is one kernel, and that is what the key is for. */
export type WaitingWhose = 'mine' | 'all'

export interface Interrupted {
  runIds: RunId[]
  /** Of others, and left: they go on by themselves. */
  leftRunIds: RunId[]
}

/** Stops what a notebook's own kernel runs and what waits for it. Runs with a fresh kernel go on. */
export async function interruptNotebook(deps: Deps, actor: Actor | null, { notebookId, waiting = 'all' }: { notebookId: string; waiting?: WaitingWhose | undefined }): Promise<Outcome<Interrupted, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'run:cancel')
  if (!allowed.ok) return allowed
  return deps.db.transaction(async (tx) => accept(await interruptWithin(tx, allowed.value.id, actor, deps.now(), waiting)))
}

/** All runs are held before the first is cancelled, which holds the notebook: everybody else takes a run first and then its notebook. */
export async function interruptWithin(tx: Transaction, notebookId: NotebookId, actor: Actor | null, now: Date, waiting: WaitingWhose = 'all'): Promise<Interrupted> {
  const { userId } = actor as Member
  const open = await tx.select({ id: runs.id, state: runs.state, requestedBy: runs.requestedBy }).from(runs)
    .where(and(eq(runs.notebookId, notebookId), isNull(runs.finishedAt), eq(runs.hasFreshKernel, false))).orderBy(runs.id).for('update')
  const isLeft = (run: (typeof open)[number]): boolean => waiting === 'mine' && run.state === 'queued' && run.requestedBy !== userId
  const ended = open.filter((run) => !isLeft(run))
  for (const { id } of ended) await cancelWithin(tx, id, reasonFrom(actor), now)
  return { runIds: ended.map((run) => run.id), leftRunIds: open.filter(isLeft).map((run) => run.id) }
}

/** Also for the system, such as when a workflow is cancelled: in the caller's transaction, whose rights were checked. */
export async function cancelWithin(tx: Transaction, runId: RunId, reason: string, now: Date): Promise<Outcome<{ state: RunState }, RunChangeRefusal>> {
  const [run] = await tx.select({ state: runs.state }).from(runs).where(eq(runs.id, runId)).for('update')
  if (run?.state === 'cancelling') return accept({ state: run.state })
  const cancelled = await applyRunEvent(tx, { runId, event: 'cancel', reason, now })
  if (!cancelled.ok) return cancelled
  await tx.execute(sql`select pg_notify(${RUN_CONTROL_CHANNEL}, ${`${runId} cancel`})`)
  return accept({ state: cancelled.value.state })
}

const reasonFrom = (actor: Actor | null): string => describeCancel((actor as Member).name)
