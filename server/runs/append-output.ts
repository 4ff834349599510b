/**
 * Appends what cells show to the feed: one statement, so one round trip and one commit. Fenced by the attempt token:
 * the run's row is held while the rows are written, and 0 rows (false) means that the run is another's by now. The row
 * keeps the number of the batch: a writer whose connection broke may come again with one that had come through.
 */
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { FEED_CHANNEL } from '../feed/append.ts'
import type { Sql } from '../store/client.ts'
import { storable } from './storable.ts'

export interface CellOutput {
  cellId: CellId
  output: Output
}

export interface AppendOutputs {
  runId: RunId
  token: string
  /** Each higher than the one before, from 1. */
  batch: number
  outputs: readonly CellOutput[]
}

export async function appendOutputs(deps: { sql: Sql }, input: AppendOutputs): Promise<boolean> {
  const { runId, token, batch } = input
  const count = input.outputs.length
  if (count === 0) return true
  const rows = await deps.sql`
    with run as (select notebook_id, output_batch < ${batch}::int as is_new from runs where id = ${runId}::uuid and attempt_token = ${token}::uuid for no key update),
    kept as (update runs set output_batch = ${batch}::int from run where runs.id = ${runId}::uuid and run.is_new),
    numbered as (update notebooks set feed_seq = feed_seq + ${count}::int from run where notebooks.id = run.notebook_id and run.is_new returning notebooks.id, feed_seq),
    added as (
      insert into outputs (notebook_id, seq, run_id, cell_id, output)
      select numbered.id, numbered.feed_seq - ${count}::int + item.n, ${runId}::uuid, item.value ->> 'cellId', item.value -> 'output'
      from numbered, jsonb_array_elements(${JSON.stringify(storable(input.outputs))}::text::jsonb) with ordinality as item (value, n)
    )
    select (select pg_notify(${FEED_CHANNEL}, id || ' ' || feed_seq) from numbered) from run`
  return rows.length > 0
}
