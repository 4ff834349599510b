/**
 * Appends events to a notebook's feed within the caller's transaction, in one statement. The numbers are taken by
 * updating the notebook's row, whose lock is held to the commit: numbers become visible in their order and without
 * gaps. Listeners are told by NOTIFY `feed` with `<notebookId> <last number>`, delivered at the commit.
 */
import { sql } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'

export const FEED_CHANNEL = 'feed'

export async function appendToFeed(tx: Transaction, notebookId: NotebookId, events: readonly FeedEvent[]): Promise<void> {
  const count = events.length
  if (count === 0) return
  const rows = await tx.execute(sql`
    with numbered as (update notebooks set feed_seq = feed_seq + ${count}::int where id = ${notebookId}::uuid returning id, feed_seq, feed_seq - ${count}::int as base),
    items as (select value as event, n from jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as item (value, n)),
    told as (
      insert into run_events (notebook_id, seq, run_id, event)
      select id, base + n, coalesce(event ->> 'runId', event -> 'run' ->> 'id')::uuid, event from numbered, items where event ->> 'kind' <> 'output.added'
    ),
    shown as (
      insert into outputs (notebook_id, seq, run_id, cell_id, output)
      select id, base + n, (event ->> 'runId')::uuid, event ->> 'cellId', event -> 'output' from numbered, items where event ->> 'kind' = 'output.added'
    )
    select pg_notify(${FEED_CHANNEL}, id || ' ' || feed_seq) from numbered`)
  if (rows.length === 0) throw new Error(`notebook ${notebookId} is gone`)
}
