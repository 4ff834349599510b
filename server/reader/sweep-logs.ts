/** Sweeps away the logs that were laid down long ago, at most once a day: what nobody has asked for lately takes room. Nobody's question waits for it or fails by it. */
import type { SignedRequests } from './signed-requests.ts'

const EVERY_MS = 24 * 3_600_000
const KEPT_MS = 7 * EVERY_MS

export function createLogSweep(store: Pick<SignedRequests, 'list' | 'remove'>, place: string, warn: (detail: string) => void): () => Promise<void> {
  let sweptAt = -Infinity

  async function sweep(): Promise<void> {
    for await (const { key, at } of store.list(place)) if (Date.now() - at.getTime() > KEPT_MS) await store.remove(key)
  }

  return async () => {
    if (Date.now() - sweptAt < EVERY_MS) return
    sweptAt = Date.now()
    await sweep().catch((error: unknown) => warn(`Old logs could not be swept away: ${String(error)}`))
  }
}
