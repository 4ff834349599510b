/** Saves one after another, the newest state last; states that were overtaken while one was on its way are passed over. */
export function saveInOrder<T>(save: (state: T) => Promise<unknown>): { put: (state: T) => void; settled: () => Promise<void> } {
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
      next = { state }
      running ??= work()
    },
    settled: async () => {
      await running
    },
  }
}
