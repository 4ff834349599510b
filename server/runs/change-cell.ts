/** A worker says how a cell of its run goes. Fenced by the attempt token: false when the run is another's by now. */
import { and, eq } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { RunCellState } from '#lib/domain/run.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database, Transaction } from '../store/client.ts'
import { runCells, runs } from '../store/schema/runs.ts'

export interface CellChange {
  runId: RunId
  token: string
  cellId: CellId
  state: Extract<RunCellState, 'running' | 'succeeded' | 'failed' | 'cancelled' | 'lost'>
  executionCount: number | null
}

export async function changeCell(deps: { db: Database; now: () => Date }, change: CellChange): Promise<boolean> {
  const { runId, cellId, state, executionCount } = change
  const now = deps.now()
  const times = state === 'running' ? { startedAt: now } : { finishedAt: now, executionCount }
  const told: FeedEvent = { kind: 'cell.changed', runId, cellId, state, executionCount, at: now.toISOString() }
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, runId, change.token)
    if (run === null) return false
    await tx.update(runCells).set({ state, ...times }).where(and(eq(runCells.runId, runId), eq(runCells.cellId, cellId)))
    await appendToFeed(tx, run.notebookId, [told])
    return true
  })
}

/** The run while it is this attempt's, held so until the transaction ends; null when it is over. */
export async function holdAttempt(tx: Transaction, runId: RunId, token: string): Promise<Pick<typeof runs.$inferSelect, 'notebookId' | 'workspaceId' | 'requestedBy'> | null> {
  const [run] = await tx.select({ notebookId: runs.notebookId, workspaceId: runs.workspaceId, requestedBy: runs.requestedBy }).from(runs)
    .where(and(eq(runs.id, runId), eq(runs.attemptToken, token))).for('share')
  return run ?? null
}
