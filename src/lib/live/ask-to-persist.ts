/**
 * Ask to persist: a browser may clear what a site keeps when the disk is nearly full, also words that no server has yet. It is asked
 * once in a page to leave that alone, when an edit is kept here and not saved for some seconds, or without a line: whose
 * edits are all saved at once has nothing to ask for. Most browsers decide by themselves, Firefox by asking the person.
 */
const UNSAVED_MS = 5_000

let hasAsked = false

export interface PersistAsker {
  edited: (isOnline: boolean) => void
  /** All of it; also when the page goes. */
  saved: () => void
}

/** `isAtRisk` is asked when the time has come: edits are kept here and nowhere else. */
export function askToPersist(isAtRisk: () => boolean): PersistAsker {
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    timer = undefined
    if (hasAsked || !isAtRisk()) return
    hasAsked = true
    // A browser that will not hear of it keeps what it keeps.
    void ask().catch(() => undefined)
  }
  return {
    edited: (isOnline) => {
      if (!hasAsked) timer ??= setTimeout(look, isOnline ? UNSAVED_MS : 0)
    },
    saved: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

async function ask(): Promise<void> {
  // Neither is there on a page without TLS, nor in old browsers.
  const storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage
  if ((await storage?.persisted?.()) === false) await storage?.persist?.()
}
