/**
 * Which rows behind a room's mark are in its document already: its own, and those of other processes that it heard ahead
 * of their commit. Rows of one notebook are committed one batch after the other with rising ids, so a count that agrees
 * says that nothing is missing, and nothing need be read again.
 */
export interface KnownRows {
  /** A batch that ends with this id. */
  note(lastId: number, count: number, isOwn: boolean): void
  /** The newest id that is known. */
  readonly newest: number
  /** Known rows behind the mark, up to the newest. */
  countAfter(mark: number): number
  /** The mark has moved. Answers how many rows of our own it has passed. */
  forget(mark: number): number
}

const BATCHES_MAX = 5_000

export function createKnownRows(): KnownRows {
  let batches: { lastId: number; count: number; isOwn: boolean }[] = []
  return {
    note: (lastId, count, isOwn) => {
      // A room that nobody looks at for so long is read; a count of the rest agrees with nothing.
      if (batches.length >= BATCHES_MAX) batches = []
      batches.push({ lastId, count, isOwn })
    },
    get newest() {
      return batches.reduce((newest, { lastId }) => Math.max(newest, lastId), -1)
    },
    countAfter: (mark) => batches.reduce((sum, { lastId, count }) => sum + (lastId > mark ? count : 0), 0),
    forget: (mark) => {
      const own = batches.reduce((sum, { lastId, count, isOwn }) => sum + (isOwn && lastId <= mark ? count : 0), 0)
      batches = batches.filter(({ lastId }) => lastId > mark)
      return own
    },
  }
}
