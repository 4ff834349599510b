/**
 * What a room sent to other web processes ahead of its commit, by number. After a commit they are told which numbers it
 * covers, and whether it holds more than they were sent: only then must they read at once.
 */
export interface SentRange {
  /** First and last number; `from` is beyond `to` when there is none. */
  from: number
  to: number
  isAllSent: boolean
  /** Rows that are the room's own. What it committed for others besides is not counted: who is told may not have heard it. */
  rows: number
}

export interface SentUpdates {
  /** The number of the next message. */
  readonly next: number
  /** The row at this position of the journal went ahead under `next`, or did not. */
  note(position: number, isSent: boolean): void
  committed(position: number): SentRange
}

export function createSentUpdates(): SentUpdates {
  let sent = 0
  let told = 0
  let waiting: { position: number; isSent: boolean }[] = []
  return {
    get next() {
      return sent + 1
    },
    note: (position, isSent) => {
      waiting.push({ position, isSent })
      if (isSent) sent += 1
    },
    committed: (position) => {
      const done = waiting.filter((one) => one.position <= position)
      waiting = waiting.slice(done.length)
      const from = told + 1
      told += done.filter(({ isSent }) => isSent).length
      return { from, to: told, isAllSent: done.every(({ isSent }) => isSent), rows: done.length }
    },
  }
}
