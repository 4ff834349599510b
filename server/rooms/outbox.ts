/**
 * Outbox of a room: what its people are told, gathered to the end of the turn. Each socket then gets all of it in one
 * write of bytes that were framed once for everybody; for each message and socket alone a full house costs a thousand
 * writes where fifty do.
 */
import type { Connection } from './connection.ts'
import { framed } from './protocol.ts'
import type { Turn } from './turn.ts'

export interface Outbox {
  /** For everybody who is there at the end of the turn, but not for `except`, who sent it. */
  add(message: Uint8Array, except: Connection | null): void
  flush(): void
}

/** `onFault`: some were not told. */
export function createOutbox(turn: Turn, connections: ReadonlySet<Connection>, onFault: (error: unknown) => void): Outbox {
  let waiting: { frame: Buffer; except: Connection | null }[] = []
  let isDue = false

  const flush = (): void => {
    isDue = false
    const frames = waiting
    waiting = []
    if (frames.length === 0) return
    const authors = new Set(frames.map(({ except }) => except))
    const all = joined(frames.map(({ frame }) => frame))
    for (const connection of connections) {
      if (!authors.has(connection)) connection.write(all)
      else connection.write(joined(frames.filter(({ except }) => except !== connection).map(({ frame }) => frame)))
    }
  }
  return {
    add: (message, except) => {
      waiting.push({ frame: framed(message), except })
      if (isDue) return
      isDue = true
      turn.later('tell', flush, onFault)
    },
    flush,
  }
}

const joined = (frames: Buffer[]): Buffer => (frames.length === 1 ? (frames[0] ?? Buffer.alloc(0)) : Buffer.concat(frames))
