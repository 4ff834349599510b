/**
 * The newest good result of a cell: the last table it showed in a run in which that cell succeeded. A run that failed
 * later or is still going does not take a dashboard's figures away, and an exact re-run shows the past: its tables are never
 * the figures of now. No authorization: the caller has done it.
 */
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { runPins } from '../store/schema/provenance.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import type { ResultRow } from './authorize-result.ts'

export interface GoodResult {
  result: ResultRow
  /** When its cell finished. */
  finishedAt: Date
  /** What started the run: person, api, schedule or workflow. */
  cause: (typeof runs.$inferSelect)['cause']
}

/** A table that was loaded whole later stands where its first rows stood. */
const shownAt = sql`coalesce((select part.created_at from results part where part.id = ${results.wholeOf}), ${results.createdAt})`

export async function newestGoodResult(executor: Executor, notebookId: NotebookId, cellId: CellId): Promise<GoodResult | null> {
  const [row] = await executor
    .select({ result: results, finishedAt: runCells.finishedAt, cause: runs.cause })
    .from(results)
    .innerJoin(runCells, and(eq(runCells.runId, results.runId), eq(runCells.cellId, results.cellId), eq(runCells.state, 'succeeded')))
    .innerJoin(runs, eq(runs.id, results.runId))
    .leftJoin(runPins, eq(runPins.runId, results.runId))
    .where(and(eq(results.notebookId, notebookId), eq(results.cellId, cellId), isNull(runPins.runId), isNull(results.removedAt)))
    .orderBy(desc(runCells.finishedAt), desc(shownAt), desc(results.createdAt), desc(results.path))
    .limit(1)
  return row === undefined ? null : { ...row, finishedAt: row.finishedAt ?? row.result.createdAt }
}
