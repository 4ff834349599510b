/**
 * Feed: hands each notebook's rows to subscribers in the order of `seq`, once, from any number on.
 * One LISTEN connection per process; rows are read from Postgres, so every web process tells the same.
 */
import type { FeedRow } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'

export interface Feed {
  /** Calls `onRows` with everything after `afterSeq`, then with what comes. Returns the unsubscribe. */
  subscribe(notebookId: NotebookId, afterSeq: number, onRows: (rows: FeedRow[]) => void): () => void
  close(): Promise<void>
}
