/** Saves one after another, the newest state last; those that wait while one is on its way go as one, made by `join`. */
export function saveInOrder<T>(save: (state: T) => Promise<unknown>, join: (older: T, newer: T) => T): { put: (state: T) => void; settled: () => Promise<void> } {
  let next: { state: T } | null = null
  let running: Promise<void> | null = null

  async function work(): Promise<void> {
    try {
      while (next !== null) {
        const { state } = next
        next = null
        await save(state)
      }
    } finally {
      running = null
    }
  }

  return {
    put(state) {
      next = { state: next === null ? state : join(next.state, state) }
      running ??= work()
    },
    settled: async () => {
      await running
    },
  }
}
