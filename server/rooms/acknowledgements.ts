/**
 * What one socket may be told is saved. Each of its update-carrying messages has the journal position that must be
 * committed; one that waits for missing pieces has none yet, and everything behind it waits with it. After a refusal the
 * client's count and ours no longer mean the same, so nothing is told any more.
 */
export interface Acknowledgements {
  readonly isSilent: boolean
  readonly count: number
  /** The next message is saved when this position is committed; `null`: when `settle` says so. */
  expect(position: number | null): void
  /** What waited for pieces is saved with this position. */
  settle(position: number): void
  /** Counts what is committed by now. True when the client is to be told. */
  advance(committed: number): boolean
  silence(): void
}

export function createAcknowledgements(): Acknowledgements {
  let waiting: (number | null)[] = []
  let count = 0
  let isSilent = false
  return {
    get isSilent() {
      return isSilent
    },
    get count() {
      return count
    },
    expect: (position) => void waiting.push(position),
    settle: (position) => void (waiting = waiting.map((one) => one ?? position)),
    advance: (committed) => {
      if (waiting.length === 0) return false
      const firstOpen = waiting.findIndex((position) => position === null || position > committed)
      const done = waiting.splice(0, firstOpen === -1 ? waiting.length : firstOpen).length
      count += done
      return done > 0 && !isSilent
    },
    silence: () => void (isSilent = true),
  }
}
