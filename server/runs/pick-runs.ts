/**
 * Which runs a notebook's page is painted from. Per cell: its newest run, begun or asked for last, the newest two that began (the
 * second is shown only while the first is under way), and all that are open.
 */
import { sql } from 'drizzle-orm'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'
import { cellsThatRan } from './cells-that-ran.ts'

export interface PickedRun {
  runId: RunId
  cellId: string
  /** What it put out stands below the cell. */
  isShown: boolean
}

/** Only what is `near` can be picked. The orders there are the index's own, with its nulls, so that no more is read than is taken. */
export async function pickRuns(tx: Transaction, notebookId: NotebookId): Promise<PickedRun[]> {
  return tx.execute<{ runId: RunId; cellId: string; isShown: boolean }>(sql`
    with recursive ${cellsThatRan(notebookId)}, open_runs as (
      select id from runs where notebook_id = ${notebookId} and finished_at is null
    ), near as (
      select newest.* from cells cross join lateral (
        (select run_id, cell_id, started_at, finished_at, requested_at from run_cells
          where notebook_id = ${notebookId} and cell_id = cells.cell_id and started_at is not null
          order by started_at desc nulls last, run_id limit 2)
        union all
        (select run_id, cell_id, started_at, finished_at, requested_at from run_cells
          where notebook_id = ${notebookId} and cell_id = cells.cell_id and started_at is null
          order by started_at desc nulls last, requested_at desc nulls last, run_id limit 1)
      ) newest
      union
      select rc.run_id, rc.cell_id, rc.started_at, rc.finished_at, rc.requested_at from open_runs join run_cells rc on rc.run_id = open_runs.id
    ), ranked as (
      select run_id, cell_id, started_at,
        row_number() over (partition by cell_id order by coalesce(started_at, requested_at) desc, run_id) as newest,
        row_number() over (partition by cell_id, started_at is null order by coalesce(started_at, requested_at) desc, run_id) as newest_alike,
        first_value(finished_at) over (partition by cell_id, started_at is null order by coalesce(started_at, requested_at) desc, run_id) as newest_finished_at
      from near
    ), picked as (
      select *, started_at is not null and (newest_alike = 1 or (newest_alike = 2 and newest_finished_at is null)) as is_shown from ranked
    )
    select run_id as "runId", cell_id as "cellId", is_shown as "isShown" from picked
    where is_shown or newest = 1 or run_id in (select id from open_runs)`)
}
