/**
 * Empties rows that no reader will fold into anything: what a cell showed before it was cleared, and updates of a
 * display that later ones replaced. A plot drawn anew for hours would otherwise fill the database. The rows stay, so
 * the feed keeps its numbers. Fenced by the attempt token, as every write of a worker.
 */
import { sql } from 'drizzle-orm'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { Database } from '../store/client.ts'

export async function pruneOutputs(deps: { db: Database }, { runId, token, cellId }: { runId: RunId; token: string; cellId: CellId }): Promise<boolean> {
  const held = await deps.db.execute<{ id: string }>(sql`select id from runs where id = ${runId} and attempt_token = ${token}`)
  if (held.length === 0) return false
  const rows = sql`run_id = ${runId} and cell_id = ${cellId}`
  await deps.db.execute(sql`
    update outputs set output = '{"kind":"clear"}' where ${rows} and output ->> 'kind' <> 'clear'
    and seq < (select max(seq) from outputs where ${rows} and output ->> 'kind' = 'clear')`)
  await deps.db.execute(sql`
    with newest as (
      select output ->> 'displayId' as id, max(seq) as seq from outputs where ${rows} and output ->> 'kind' = 'display' and output ->> 'isUpdate' = 'true' group by 1
    )
    update outputs set output = '{"kind":"display","data":{},"displayId":null,"isUpdate":true}' from newest
    where ${rows} and output ->> 'isUpdate' = 'true' and output ->> 'displayId' = newest.id and outputs.seq < newest.seq`)
  return true
}
