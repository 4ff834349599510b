/**
 * The newest run of a cell since a moment, if it went wrong there: what a dashboard shows is from before it, and says so. A run
 * that was cancelled was somebody's wish, and an exact re-run is about the past. No authorization: the caller has done it.
 */
import { and, desc, eq, gt, inArray, isNull } from 'drizzle-orm'
import { MISSED_STATES, type MissedRun, type MissedState } from '#lib/domain/dashboard.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { runPins } from '../store/schema/provenance.ts'
import { runCells, runs } from '../store/schema/runs.ts'

export async function newestMissedRun(executor: Executor, notebookId: NotebookId, cellId: CellId, since: Date): Promise<MissedRun | null> {
  const [row] = await executor
    .select({ runId: runs.id, state: runCells.state, finishedAt: runs.finishedAt })
    .from(runs)
    .innerJoin(runCells, and(eq(runCells.runId, runs.id), eq(runCells.cellId, cellId), inArray(runCells.state, ['succeeded', ...MISSED_STATES])))
    .leftJoin(runPins, eq(runPins.runId, runs.id))
    .where(and(eq(runs.notebookId, notebookId), gt(runs.finishedAt, since), inArray(runs.state, ['succeeded', 'failed', 'lost']), isNull(runPins.runId)))
    .orderBy(desc(runs.finishedAt))
    .limit(1)
  if (row === undefined || row.finishedAt === null || row.state === 'succeeded') return null
  return { runId: row.runId, state: row.state as MissedState, finishedAt: row.finishedAt.toISOString() }
}
