/**
 * The only writer of a run's state. Asks the run machine, guards the row, settles the cells that the new state
 * leaves behind, and tells the feed, all in the caller's transaction. Who holds an old attempt token is refused:
 * a worker that was taken for dead writes nothing after its run was given to another.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { CellId, KernelId, RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { nextRunState, type RunEvent } from '#lib/domain/run-machine.ts'
import { isEnd, type RunEnvironment, type RunState } from '#lib/domain/run.ts'
import { changeKernel } from '../compute/kernel-store.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Transaction } from '../store/client.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import { cellFates } from './cell-fates.ts'
import { addRunJob, jobKey } from './insert-run.ts'
import type { RunRow } from './run-rows.ts'
import { storable, storableText } from './storable.ts'

export interface RunChange {
  runId: RunId
  /** One event, or several that happen at the same moment, such as `claim` and `start`. */
  event: RunEvent | RunEvent[]
  /** A sentence for the person, where the end needs one. */
  reason?: string | null
  /** Given by workers: the change counts only while this is the run's attempt. */
  token?: string
  /** With `claim`: whose the run becomes. */
  claim?: { token: string; workerId: string }
  /** The cell that begins with it. */
  beginCell?: CellId
  /** The kernel that becomes busy or idle with it. */
  kernel?: { id: KernelId; state: 'idle' | 'busy' } | null
  /** What it ran on, as its kernel said. */
  environment?: RunEnvironment
  now: Date
}

export type RunChangeRefusal = 'not-found' | 'attempt-over' | 'run-ended' | 'run-event-refused'

export async function applyRunEvent(tx: Transaction, change: RunChange): Promise<Outcome<RunRow, RunChangeRefusal>> {
  const [run] = await tx.select().from(runs).where(eq(runs.id, change.runId)).for('update')
  if (run === undefined) return refuse('not-found', 'There is no such run.')
  if (change.token !== undefined && run.attemptToken !== change.token) return refuse('attempt-over', 'Another worker has this run now.')
  let row: RunRow = change.environment === undefined ? run : { ...run, environment: storable(change.environment) }
  const told: FeedEvent[] = []
  for (const event of [change.event].flat()) {
    const next = nextRunState(row.state, event)
    if (!next.ok) return next
    row = { ...row, ...columnsFor(change, event, row, next.value) }
    told.push({ kind: 'run.changed', runId: run.id, state: row.state, reason: row.reason, at: change.now.toISOString() })
  }
  const [settled, kernel] = await Promise.all([
    isEnd(row.state) || row.state === 'queued' ? settleCells(tx, row, change.now) : [],
    change.kernel == null ? [] : changeKernel(tx, change.kernel.id, change.kernel.state, change.now),
  ])
  // What needs no answer leaves together: one round trip.
  await Promise.all([
    tx.update(runs).set(row).where(eq(runs.id, run.id)).execute(),
    ...(change.beginCell === undefined ? [] : [beginCell(tx, run.id, change.beginCell, change.now)]),
    appendToFeed(tx, run.notebookId, [...settled, ...told, ...begunCell(change), ...kernel]),
    settleJobs(tx, row),
  ])
  return accept(row)
}

const beginCell = (tx: Transaction, runId: RunId, cellId: CellId, now: Date): Promise<unknown> =>
  tx.update(runCells).set({ state: 'running', startedAt: now }).where(and(eq(runCells.runId, runId), eq(runCells.cellId, cellId))).execute()

const begunCell = ({ runId, beginCell: cellId, now }: RunChange): FeedEvent[] =>
  cellId === undefined ? [] : [{ kind: 'cell.changed', runId, cellId, state: 'running', executionCount: null, at: now.toISOString() }]

function columnsFor(change: RunChange, event: RunEvent, run: RunRow, state: RunState): Partial<RunRow> {
  // Who cancelled was said when the wish came.
  const reason = change.reason == null ? (event === 'cancelled' ? run.reason : null) : storableText(change.reason)
  if (isEnd(state)) return { state, reason, finishedAt: change.now, attemptToken: null }
  if (event === 'claim') return { state, reason, attempt: run.attempt + 1, attemptToken: change.claim!.token, outputBatch: 0, workerId: change.claim!.workerId }
  if (event === 'start') return { state, reason, startedAt: change.now }
  if (event === 'requeue') return { state, reason, startedAt: null, attemptToken: null, workerId: null }
  return { state, reason }
}

async function settleCells(tx: Transaction, run: RunRow, now: Date): Promise<FeedEvent[]> {
  const isRequeue = run.state === 'queued'
  const cells = await tx.select().from(runCells).where(eq(runCells.runId, run.id)).orderBy(runCells.position)
  const fates = cellFates(cells, run.state)
  for (const [state, group] of Map.groupBy(fates, (fate) => fate.state)) {
    const change = isRequeue ? { state, startedAt: null, finishedAt: null, executionCount: null } : { state, finishedAt: now }
    await tx.update(runCells).set(change).where(and(eq(runCells.runId, run.id), inArray(runCells.cellId, group.map((fate) => fate.cellId))))
  }
  // What the lost attempt wrote is not this run's result: the next attempt writes its own.
  if (isRequeue) await tx.delete(results).where(eq(results.runId, run.id))
  return fates.flatMap(({ cellId, state }): FeedEvent[] => [
    { kind: 'cell.changed', runId: run.id, cellId, state, executionCount: null, at: now.toISOString() },
    ...(isRequeue ? [{ kind: 'output.added' as const, runId: run.id, cellId, output: { kind: 'clear' as const } }] : []),
  ])
}

async function settleJobs(tx: Transaction, run: RunRow): Promise<void> {
  if (run.state === 'queued') return addRunJob(tx, run)
  if (!isEnd(run.state)) return
  if (run.workerId === null) await tx.execute(sql`select from graphile_worker.remove_job(${jobKey(run.id)})`)
  if (run.cause === 'schedule' || run.cause === 'workflow') {
    await tx.execute(sql`select from graphile_worker.add_job('run-ended', payload => ${JSON.stringify({ runId: run.id })}::json)`)
  }
}
