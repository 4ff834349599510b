/**
 * The end of one notebook's feed as followed in this process. Followers that stand at the same number share a read;
 * one that is behind catches up by reads of its own until it meets the others. A read is never under way twice.
 */
import type { FeedRow } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Log } from '../log.ts'
import type { Sql } from '../store/client.ts'
import { readFeedRows } from './read-rows.ts'

type OnRows = (rows: FeedRow[]) => void
interface Follower { seq: number; onRows: OnRows }

export interface Tail {
  follow(afterSeq: number, onRows: OnRows): () => void
  /** There may be rows up to `seq`; null when that is not known. */
  wake(seq: number | null): void
  isAlone(): boolean
}

const AGAIN_AFTER_ERROR_MS = 500

export function createTail(deps: { sql: Sql; log: Log }, notebookId: NotebookId): Tail {
  const followers = new Set<Follower>()
  let isReading = false
  let isDirty = false

  async function readOnce(): Promise<void> {
    for (const group of Map.groupBy(followers, (follower) => follower.seq).values()) await readFor(group)
  }

  async function readFor(group: Follower[]): Promise<void> {
    const from = group[0]!.seq
    const { rows, hasMore } = await readFeedRows(deps.sql, notebookId, from)
    if (rows.length === 0) return
    isDirty ||= hasMore
    const last = rows.at(-1)!.seq
    for (const follower of group) {
      if (!followers.has(follower)) continue
      follower.seq = last
      follower.onRows(rows)
    }
  }

  async function readAll(): Promise<void> {
    if (isReading) return
    isReading = true
    try {
      while (isDirty && followers.size > 0) {
        isDirty = false
        await readOnce()
      }
    } catch (error) {
      deps.log.warn({ err: error, notebookId }, 'the feed could not be read; it is tried again')
      setTimeout(() => wake(null), AGAIN_AFTER_ERROR_MS).unref()
    } finally {
      isReading = false
    }
  }

  function wake(seq: number | null): void {
    if (seq !== null && [...followers].every((follower) => follower.seq >= seq)) return
    isDirty = true
    void readAll()
  }

  return {
    follow(afterSeq, onRows) {
      const follower = { seq: afterSeq, onRows }
      followers.add(follower)
      wake(null)
      return () => void followers.delete(follower)
    },
    wake,
    isAlone: () => followers.size === 0,
  }
}
