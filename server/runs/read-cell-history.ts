/** What the good runs of a notebook's cells tell: what each ran last and how long the last few took. */
import { sql } from 'drizzle-orm'
import { SPANS_KEPT, type CellHistory } from '#lib/domain/cell-history.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Database, Transaction } from '../store/client.ts'
import { cellsThatRan } from './cells-that-ran.ts'

export async function readCellHistory(tx: Transaction | Database, notebookId: NotebookId): Promise<CellHistory[]> {
  const rows = await tx.execute<{ cellId: CellHistory['cellId']; sourceDigest: string; parameters: CellHistory['parameters']; spansMs: number[] }>(sql`
    with recursive ${cellsThatRan(notebookId)}, newest as (
      select cells.cell_id, good.source_digest, (select r.parameters from runs r where r.id = good.run_id) as parameters,
        extract(epoch from good.finished_at - good.started_at) * 1000 as ms,
        row_number() over (partition by cells.cell_id order by good.finished_at desc, good.run_id) as nth
      from cells cross join lateral (
        select run_id, source_digest, started_at, finished_at from run_cells
        where notebook_id = ${notebookId} and cell_id = cells.cell_id and state = 'succeeded' and started_at is not null
        order by finished_at desc, run_id limit ${SPANS_KEPT}::int
      ) good
    )
    select cell_id as "cellId", max(source_digest) filter (where nth = 1) as "sourceDigest", (array_agg(parameters order by nth))[1] as parameters,
      array_agg(ms::float8 order by nth) as "spansMs"
    from newest group by cell_id`)
  return rows.map((row) => ({ ...row, spansMs: row.spansMs.map((ms) => Math.max(0, Math.round(ms))) }))
}
