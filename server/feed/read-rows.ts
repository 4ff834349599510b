/** Rows of a notebook's feed after a number, in order. Stops at a number of rows or bytes, whichever is first, but gives at least one. */
import type { FeedEvent, FeedRow } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Sql } from '../store/client.ts'

const ROWS = 200
const BYTES = 4_000_000

export interface FeedPage {
  rows: FeedRow[]
  /** Whether there were more when it was read. */
  hasMore: boolean
}

export async function readFeedRows(sql: Sql, notebookId: NotebookId, afterSeq: number): Promise<FeedPage> {
  const rows = await sql<{ seq: string; event: FeedEvent; found: number }[]>`
    with events as materialized (
      select seq, event, null::uuid as run_id, null::text as cell_id, pg_column_size(event) as bytes from run_events
      where notebook_id = ${notebookId}::uuid and seq > ${afterSeq}::bigint order by seq limit ${ROWS}::int
    ), shown as materialized (
      select seq, output, run_id, cell_id, pg_column_size(output) as bytes from outputs
      where notebook_id = ${notebookId}::uuid and seq > ${afterSeq}::bigint order by seq limit ${ROWS}::int
    ), both_kinds as (
      select seq, event, bytes from events union all
      select seq, jsonb_build_object('kind', 'output.added', 'runId', run_id, 'cellId', cell_id, 'output', output), bytes from shown
    ), sized as (select seq, event, bytes, sum(bytes) over (order by seq) as total, count(*) over ()::int as found from both_kinds)
    select seq, event, found from sized where total <= ${BYTES}::bigint or total = bytes order by seq limit ${ROWS}::int`
  return { rows: rows.map((row) => ({ seq: Number(row.seq), event: row.event })), hasMore: (rows[0]?.found ?? 0) > rows.length || rows.length === ROWS }
}
