/**
 * The cells of a notebook that ever were part of a run, as `cells (cell_id)` of a `with recursive`. They are found by going from
 * one to the next in the index `run_cells_newest`, and what is wanted of each is to be read from there too, in a lateral join with
 * a limit: a schedule leaves hundreds of thousands of runs behind, and nobody who opens the notebook is to wait for all of them.
 */
import { sql, type SQL } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'

/** The last row is null, for which a join finds nothing. */
export const cellsThatRan = (notebookId: NotebookId): SQL => sql`cells as (
  (select cell_id from run_cells where notebook_id = ${notebookId} order by cell_id limit 1)
  union all
  select (select rc.cell_id from run_cells rc where rc.notebook_id = ${notebookId} and rc.cell_id > cells.cell_id order by rc.cell_id limit 1)
  from cells where cells.cell_id is not null
)`
