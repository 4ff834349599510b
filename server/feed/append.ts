/**
 * Appends events to a notebook's feed within the caller's transaction. The numbers are taken by updating the
 * notebook's row, whose lock is held to the commit: numbers become visible in their order and without gaps.
 * Listeners are told by NOTIFY `feed` with `<notebookId> <last number>`, delivered at the commit.
 */
import { eq, sql } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { outputs, runEvents } from '../store/schema/runs.ts'

export const FEED_CHANNEL = 'feed'

export async function appendToFeed(tx: Transaction, notebookId: NotebookId, events: readonly FeedEvent[]): Promise<void> {
  if (events.length === 0) return
  const last = await takeNumbers(tx, notebookId, events.length)
  const first = last - events.length + 1
  const numbered = events.map((event, index) => ({ seq: first + index, event }))
  const plain = numbered.flatMap(({ seq, event }) => (event.kind === 'output.added' ? [] : [{ notebookId, seq, runId: runOf(event), event }]))
  const shown = numbered.flatMap(({ seq, event }) =>
    event.kind === 'output.added' ? [{ notebookId, seq, runId: event.runId, cellId: event.cellId, output: event.output }] : [])
  if (plain.length > 0) await tx.insert(runEvents).values(plain)
  if (shown.length > 0) await tx.insert(outputs).values(shown)
  await tx.execute(sql`select pg_notify(${FEED_CHANNEL}, ${`${notebookId} ${last}`})`)
}

async function takeNumbers(tx: Transaction, notebookId: NotebookId, count: number): Promise<number> {
  const [row] = await tx.update(notebooks).set({ feedSeq: sql`${notebooks.feedSeq} + ${count}` }).where(eq(notebooks.id, notebookId)).returning({ seq: notebooks.feedSeq })
  if (row === undefined) throw new Error(`notebook ${notebookId} is gone`)
  return row.seq
}

function runOf(event: FeedEvent): RunId | null {
  if (event.kind === 'kernel.changed') return null
  return event.kind === 'run.requested' ? event.run.id : event.runId
}
