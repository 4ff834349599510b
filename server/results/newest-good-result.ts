/**
 * The newest good result of a cell: the last table it showed in a run in which that cell succeeded. A run that failed
 * later or is still going does not take a dashboard's figures away, and an exact re-run shows the past: its tables are never
 * the figures of now. No authorization: the caller has done it.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import type { ResultRow } from './authorize-result.ts'

export interface GoodResult {
  result: ResultRow
  /** When its cell finished. */
  finishedAt: Date
  /** What started the run: person, api, schedule or workflow. */
  cause: (typeof runs.$inferSelect)['cause']
}

/**
 * Its id, as a query. The index `run_cells_ended` leads to it from the newest run on, so that the thousands which a schedule leaves
 * behind are not read. A table that was loaded whole later stands where its first rows stood.
 */
export const newestGoodId = (notebookId: NotebookId, cellId: SQL | CellId): SQL => sql`
  select shown.id from run_cells good cross join lateral (
    select r.id from results r left join results part on part.id = r.whole_of
    where r.run_id = good.run_id and r.cell_id = good.cell_id and r.removed_at is null
    order by coalesce(part.created_at, r.created_at) desc, r.created_at desc, r.path desc limit 1
  ) shown
  where good.notebook_id = ${notebookId} and good.cell_id = ${cellId} and good.state = 'succeeded' and good.started_at is not null
    and not exists (select from run_pins pins where pins.run_id = good.run_id)
  order by good.finished_at desc, good.run_id limit 1`

export async function newestGoodResult(executor: Executor, notebookId: NotebookId, cellId: CellId): Promise<GoodResult | null> {
  const [row] = await executor
    .select({ result: results, finishedAt: runCells.finishedAt, cause: runs.cause })
    .from(results)
    .innerJoin(runCells, and(eq(runCells.runId, results.runId), eq(runCells.cellId, results.cellId)))
    .innerJoin(runs, eq(runs.id, results.runId))
    .where(sql`${results.id} = (${newestGoodId(notebookId, cellId)})`)
  return row === undefined ? null : { ...row, finishedAt: row.finishedAt ?? row.result.createdAt }
}
