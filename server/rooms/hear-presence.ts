/**
 * What one socket says of its person. Only the state under the socket's first client id is heard (the Yjs client echoes
 * everybody's), and at most so often; the last one is never lost.
 */
import { AWARENESS_PER_SECOND } from '#lib/domain/room.ts'
import type { PresenceUpdate } from './protocol.ts'

const EVERY_MS = 1000 / AWARENESS_PER_SECOND

export interface PresenceEar {
  hear(updates: PresenceUpdate[]): void
  close(): void
}

/** Nothing is told before the instant `notBefore`. */
export function createPresenceEar(onState: (update: PresenceUpdate) => void, notBefore: number): PresenceEar {
  let clientId: number | null = null
  let next: PresenceUpdate | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let toldAt = notBefore - EVERY_MS

  const tell = (): void => {
    timer = null
    toldAt = Date.now()
    if (next !== null) onState(next)
    next = null
  }
  return {
    hear: (updates) => {
      clientId ??= updates[0]?.clientId ?? null
      const own = updates.find((update) => update.clientId === clientId)
      if (own === undefined) return
      next = own
      const wait = toldAt + EVERY_MS - Date.now()
      if (timer !== null) return
      if (wait <= 0) tell()
      else timer = setTimeout(tell, wait)
    },
    close: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
