/**
 * The only writer of a run's state. Asks the run machine, guards the row, settles the cells that the new state
 * leaves behind, and tells the feed, all in the caller's transaction. Who holds an old attempt token is refused:
 * a worker that was taken for dead writes nothing after its run was given to another.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { nextRunState, type RunEvent } from '#lib/domain/run-machine.ts'
import { isEnd, type RunCellState, type RunState } from '#lib/domain/run.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Transaction } from '../store/client.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import { addRunJob, jobKey } from './insert-run.ts'
import type { RunCellRow, RunRow } from './run-rows.ts'

export interface RunChange {
  runId: RunId
  event: RunEvent
  /** A sentence for the person, where the end needs one. */
  reason?: string | null
  /** Given by workers: the change counts only while this is the run's attempt. */
  token?: string
  /** With `claim`: whose the run becomes. */
  claim?: { token: string; workerId: string }
  now: Date
  /** What else happened at the same moment, told in the same breath. */
  alsoTell?: FeedEvent[]
}

export type RunChangeRefusal = 'not-found' | 'attempt-over' | 'run-ended' | 'run-event-refused'

export async function applyRunEvent(tx: Transaction, change: RunChange): Promise<Outcome<RunRow, RunChangeRefusal>> {
  const [run] = await tx.select().from(runs).where(eq(runs.id, change.runId)).for('update')
  if (run === undefined) return refuse('not-found', 'There is no such run.')
  if (change.token !== undefined && run.attemptToken !== change.token) return refuse('attempt-over', 'Another worker has this run now.')
  const next = nextRunState(run.state, change.event)
  if (!next.ok) return next
  const [changed] = await tx.update(runs).set(columnsFor(change, run, next.value)).where(eq(runs.id, run.id)).returning()
  const at = change.now.toISOString()
  const cells = await settleCells(tx, run, next.value, change.now)
  const told: FeedEvent = { kind: 'run.changed', runId: run.id, state: next.value, reason: changed!.reason, at }
  await appendToFeed(tx, run.notebookId, [...cells, told, ...(change.alsoTell ?? [])])
  await settleJobs(tx, changed!)
  return accept(changed!)
}

function columnsFor(change: RunChange, run: RunRow, state: RunState): Partial<RunRow> {
  // Who cancelled was said when the wish came.
  const reason = change.reason ?? (change.event === 'cancelled' ? run.reason : null)
  if (isEnd(state)) return { state, reason, finishedAt: change.now, attemptToken: null }
  if (change.event === 'claim') return { state, reason, attempt: run.attempt + 1, attemptToken: change.claim!.token, workerId: change.claim!.workerId }
  if (change.event === 'start') return { state, reason, startedAt: change.now }
  if (change.event === 'requeue') return { state, reason, startedAt: null, attemptToken: null, workerId: null }
  return { state, reason }
}

/** What becomes of a cell that has not ended when its run comes to this state; undefined leaves it. */
function fateOf(cell: RunCellRow, state: RunState, hasStarted: boolean): RunCellState | undefined {
  if (state === 'queued') return 'queued'
  if (cell.state === 'running') return state === 'succeeded' ? 'succeeded' : (state as RunCellState)
  return hasStarted || state === 'succeeded' || state === 'failed' ? 'skipped' : (state as RunCellState)
}

async function settleCells(tx: Transaction, run: RunRow, state: RunState, now: Date): Promise<FeedEvent[]> {
  const isRequeue = state === 'queued'
  if (!isEnd(state) && !isRequeue) return []
  const cells = await tx.select().from(runCells).where(eq(runCells.runId, run.id)).orderBy(runCells.position)
  const left = cells.filter((cell) => (isRequeue ? cell.state !== 'queued' : cell.state === 'queued' || cell.state === 'running'))
  const hasStarted = cells.some((cell) => cell.state !== 'queued')
  const events: FeedEvent[] = []
  for (const [fate, group] of Map.groupBy(left, (cell) => fateOf(cell, state, hasStarted))) {
    if (fate === undefined) continue
    const ids = group.map((cell) => cell.cellId)
    const change = isRequeue ? { state: fate, startedAt: null, finishedAt: null, executionCount: null } : { state: fate, finishedAt: now }
    await tx.update(runCells).set(change).where(and(eq(runCells.runId, run.id), inArray(runCells.cellId, ids)))
    for (const cellId of ids) {
      events.push({ kind: 'cell.changed', runId: run.id, cellId, state: fate, executionCount: null, at: now.toISOString() })
      if (isRequeue) events.push({ kind: 'output.added', runId: run.id, cellId, output: { kind: 'clear' } })
    }
  }
  // What the lost attempt wrote is not this run's result: the next attempt writes its own.
  if (isRequeue) await tx.delete(results).where(eq(results.runId, run.id))
  return events
}

async function settleJobs(tx: Transaction, run: RunRow): Promise<void> {
  if (run.state === 'queued') return addRunJob(tx, run)
  if (!isEnd(run.state)) return
  if (run.workerId === null) await tx.execute(sql`select from graphile_worker.remove_job(${jobKey(run.id)})`)
  if (run.cause === 'schedule' || run.cause === 'workflow') {
    await tx.execute(sql`select from graphile_worker.add_job('run-ended', payload => ${JSON.stringify({ runId: run.id })}::json)`)
  }
}
