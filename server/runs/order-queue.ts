/**
 * Orders what waits in a notebook. The order is the runs' ranks, and at once the places of their jobs: the jobs that
 * wait exchange the instants from which they may begin, so the queue itself gives out the right one next, whichever
 * worker asks and whichever died; and the notebook keeps its place among others. One transaction holds both.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { can } from '#lib/domain/access.ts'
import type { NotebookId, RunId, UserId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { planMove, ranksFor, waitsFirst, type QueuedRun } from '#lib/domain/queue.ts'
import type { Actor, Member } from '../auth/actor.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database, Transaction } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { jobKey } from './insert-run.ts'
import { authorizeRun } from './read-run.ts'

type Deps = { db: Database; now: () => Date }
export type MoveRefusal = AuthorizeRefusal | 'not-waiting' | 'not-allowed'

export async function moveRun(deps: Deps, actor: Actor | null, input: { runId: string; before: string | null }): Promise<Outcome<{ order: RunId[] }, MoveRefusal>> {
  const allowed = await authorizeRun(deps, actor, input.runId, 'queue:order')
  if (!allowed.ok) return allowed
  const { id: notebookId, role } = allowed.value
  const mover = { userId: (actor as Member).userId, mayMoveAll: can(role, 'queue:order-all') }
  return deps.db.transaction(async (tx) => {
    const [run] = await tx.select({ isFresh: runs.hasFreshKernel }).from(runs).where(eq(runs.id, input.runId as RunId))
    const waiting = await holdWaiting(tx, notebookId, run?.isFresh ?? false)
    const order = planMove(waiting, { runId: input.runId as RunId, before: input.before as RunId | null }, mover)
    if (!order.ok) return order
    await writeRanks(tx, order.value)
    await exchangeJobs(tx, order.value)
    await appendToFeed(tx, notebookId, [{ kind: 'queue.changed', runIds: order.value, at: deps.now().toISOString() }])
    return accept({ order: order.value })
  })
}

/** Puts the jobs of what waits into the runs' order: one that was lost and made anew does not begin behind the rest. */
export async function alignJobs(tx: Transaction, run: { notebookId: NotebookId; hasFreshKernel: boolean }): Promise<void> {
  await exchangeJobs(tx, (await holdWaiting(tx, run.notebookId, run.hasFreshKernel)).map((one) => one.id))
}

/** Held to the end of the transaction: none of them begins and no second order is made meanwhile. */
async function holdWaiting(tx: Transaction, notebookId: NotebookId, isFresh: boolean): Promise<QueuedRun[]> {
  const rows = await tx.select().from(runs)
    .where(and(eq(runs.notebookId, notebookId), eq(runs.state, 'queued'), isNull(runs.finishedAt), eq(runs.hasFreshKernel, isFresh))).orderBy(runs.id).for('update')
  return rows.map((row): QueuedRun => ({
    id: row.id, state: row.state, queueRank: row.queueRank, hasFreshKernel: row.hasFreshKernel, requestedAt: row.requestedAt.toISOString(),
    requestedBy: row.requestedBy === null ? null : { id: row.requestedBy as UserId, name: '' },
  })).sort(waitsFirst)
}

async function writeRanks(tx: Transaction, order: readonly RunId[]): Promise<void> {
  const ranks = JSON.stringify([...ranksFor(order)].map(([id, rank]) => ({ id, rank })))
  await tx.execute(sql`update runs set queue_rank = one.rank from jsonb_to_recordset(${ranks}::jsonb) as one (id uuid, rank integer) where runs.id = one.id`)
}

/** A job that a worker has taken meanwhile is let go its way: its run begins now. A microsecond apart, no two are equal. */
async function exchangeJobs(tx: Transaction, order: readonly RunId[]): Promise<void> {
  await tx.execute(sql`
    with wanted as (select key, n from jsonb_array_elements_text(${JSON.stringify(order.map(jobKey))}::jsonb) with ordinality as one (key, n)),
    waiting as (select jobs.id, jobs.run_at, wanted.n from graphile_worker.jobs join wanted using (key) where jobs.locked_at is null),
    places as (select run_at, row_number() over (order by run_at, id) as place from waiting),
    takers as (select id, row_number() over (order by n) as place from waiting)
    select from takers join places using (place), lateral graphile_worker.reschedule_jobs(array[takers.id], run_at => places.run_at + place * interval '1 microsecond')`)
}
