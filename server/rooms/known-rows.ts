/**
 * Which rows behind a room's mark are in its document already: its own, and those of other processes that it heard ahead
 * of their commit. Rows of one notebook are committed one batch after the other with rising ids, so a count that agrees
 * says that nothing is missing, and nothing need be read again. Who compacts tells which rows there are, so that they can
 * be counted when a snapshot has swallowed them too.
 */
import type { LoggedRows } from '../notebooks/document-store.ts'

export interface KnownRows {
  /** A batch that ends with this id. Told twice, it counts once. */
  note(lastId: number, count: number, isOwn: boolean): void
  /** The newest id that is known. */
  readonly newest: number
  /** Known rows behind the mark, up to the newest. */
  countAfter(mark: number): number
  /** Rows that somebody has read, and may put a snapshot in the place of. */
  noteLog(log: LoggedRows): void
  /** How far the mark may move because all that was read behind it is known, and over how many rows; null: not at all. */
  passable(mark: number): { lastId: number; rows: number } | null
  /** The mark has moved. Answers how many rows of our own it has passed. */
  forget(mark: number): number
}

const BATCHES_MAX = 5_000
const LOGS_MAX = 4

export function createKnownRows(): KnownRows {
  /** By the id that they end with. */
  const batches = new Map<number, { count: number; isOwn: boolean }>()
  let logs: LoggedRows[] = []

  const countBetween = (mark: number, upTo: number): number => {
    let sum = 0
    for (const [lastId, { count }] of batches) if (lastId > mark && lastId <= upTo) sum += count
    return sum
  }
  return {
    note: (lastId, count, isOwn) => {
      // A room that nobody looks at for so long is read; a count of the rest agrees with nothing.
      if (batches.size >= BATCHES_MAX) batches.clear()
      batches.set(lastId, { count, isOwn })
    },
    get newest() {
      let newest = -1
      for (const lastId of batches.keys()) newest = Math.max(newest, lastId)
      return newest
    },
    countAfter: (mark) => countBetween(mark, Infinity),
    noteLog: (log) => void (logs = [...logs, log].slice(-LOGS_MAX)),
    passable: (mark) => {
      for (const { afterId, ids } of logs) {
        const lastId = ids.at(-1) ?? mark
        // What an older snapshot has swallowed behind the mark is not among them.
        if (afterId > mark || lastId <= mark) continue
        const rows = ids.filter((id) => id > mark).length
        if (countBetween(mark, lastId) === rows) return { lastId, rows }
      }
      return null
    },
    forget: (mark) => {
      let own = 0
      for (const [lastId, { count, isOwn }] of batches) {
        if (lastId > mark) continue
        if (isOwn) own += count
        batches.delete(lastId)
      }
      logs = logs.filter(({ ids }) => (ids.at(-1) ?? mark) > mark)
      return own
    },
  }
}
