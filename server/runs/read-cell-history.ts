/** What the good runs of a notebook's cells tell: what each ran last and how long the last few took. */
import { sql } from 'drizzle-orm'
import { SPANS_KEPT, type CellHistory } from '#lib/domain/cell-history.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Database, Transaction } from '../store/client.ts'

export async function readCellHistory(tx: Transaction | Database, notebookId: NotebookId): Promise<CellHistory[]> {
  const rows = await tx.execute<{ cellId: CellHistory['cellId']; sourceDigest: string; parameters: CellHistory['parameters']; spansMs: number[] }>(sql`
    with good as (
      select rc.cell_id, rc.source_digest, r.parameters, extract(epoch from rc.finished_at - rc.started_at) * 1000 as ms,
        row_number() over (partition by rc.cell_id order by rc.finished_at desc, r.id) as nth
      from run_cells rc join runs r on r.id = rc.run_id
      where r.notebook_id = ${notebookId} and rc.state = 'succeeded' and rc.started_at is not null
    ), newest as (select * from good where nth <= ${SPANS_KEPT}::int)
    select cell_id as "cellId", max(source_digest) filter (where nth = 1) as "sourceDigest", (array_agg(parameters order by nth))[1] as parameters,
      array_agg(ms::float8 order by nth) as "spansMs"
    from newest group by cell_id`)
  return rows.map((row) => ({ ...row, spansMs: row.spansMs.map((ms) => Math.max(0, Math.round(ms))) }))
}
