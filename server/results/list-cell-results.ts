/** The cells of a notebook that have a good result, each with the newest one: what a tile can be made of. As newest-good-result.ts, without exact re-runs. */
import { sql } from 'drizzle-orm'
import type { CellKind } from '#lib/domain/cell.ts'
import type { CellId, ResultId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import { cellsThatRan } from '../runs/cells-that-ran.ts'
import type { Executor } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { newestGoodId } from './newest-good-result.ts'

export interface CellResult {
  cellId: CellId
  kind: CellKind
  /** The first line of the source that ran. */
  label: string
  resultId: ResultId
  columns: ResultColumn[]
  rows: number
  truncated: boolean
  finishedAt: string
}

const LABEL_MAX = 80

export async function listCellResults(deps: { db: Executor }, actor: Actor | null, notebookId: string): Promise<Outcome<CellResult[], AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'result:read')
  if (!allowed.ok) return allowed
  if (allowed.value.shareId !== null) return refuse('not-allowed', 'Results are listed for members of the workspace.')
  const notebook = allowed.value.id
  const rows = await deps.db.execute<{ cell_id: CellId; kind: CellKind; source: string; id: ResultId; columns: ResultColumn[]; rows: string; truncated: boolean; finished_at: string }>(sql`
    with recursive ${cellsThatRan(notebook)}
    select r.cell_id, c.kind, c.source, r.id, r.columns, r.rows, r.truncated,
      to_char(coalesce(c.finished_at, r.created_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as finished_at
    from (select cell_id from cells where exists (
      select from results kept where kept.notebook_id = ${notebook} and kept.cell_id = cells.cell_id and kept.removed_at is null)) cells
    cross join lateral (${newestGoodId(notebook, sql`cells.cell_id`)}) newest
    join results r on r.id = newest.id join run_cells c on c.run_id = r.run_id and c.cell_id = r.cell_id
    order by c.position, r.cell_id`)
  return accept([...rows].map((row) => ({
    cellId: row.cell_id, kind: row.kind, label: labelOf(row.source), resultId: row.id, columns: row.columns,
    rows: Number(row.rows), truncated: row.truncated, finishedAt: row.finished_at,
  })))
}

/** A comment on top is what its author calls the cell. */
function labelOf(source: string): string {
  const line = source.split('\n').map((one) => one.trim()).find((one) => one !== '') ?? ''
  return line.replace(/^(#|--)+\s*/, '').slice(0, LABEL_MAX)
}
