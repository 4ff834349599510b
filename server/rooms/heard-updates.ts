/**
 * What a room heard from other web processes ahead of their commit. It is in the document already, so it waits here
 * until its sender says that it is committed, or until we commit it ourselves: nothing of ours may be called saved
 * while what it builds upon is in nobody's log. A second row of one update is harmless, Yjs drops copies.
 */
import type { NewUpdate } from '../notebooks/document-store.ts'
import type { SentRange } from './sent-updates.ts'

export interface Heard {
  /** The sender's room, for as long as that one is loaded. */
  stream: string
  seq: number
  changes: NewUpdate[]
  /** Yjs client ids of what it adds or deletes. */
  touches: ReadonlySet<number>
  /** Everything in it could be joined. */
  isWhole: boolean
  at: number
}

export interface HeardUpdates {
  readonly isEmpty: boolean
  hear(heard: Heard): void
  /** These are committed. False when one of them did not come or did not fit: then only reading helps. */
  committed(stream: string, range: Pick<SentRange, 'from' | 'to'>): boolean
  /** Whether something that waits is by one of these Yjs clients, or deletes something of theirs. */
  isNeededBy(clients: ReadonlySet<number>): boolean
  /** All that waits, in the order it came; it is the caller's from now on. */
  take(): NewUpdate[]
  /** When the one that waits longest came. */
  readonly oldestAt: number | null
}

/** Every reload of a room elsewhere begins a stream; a forgotten one costs a read, nothing more. */
const STREAMS_MAX = 64

export function createHeardUpdates(): HeardUpdates {
  /** Numbers heard without a hole, up to the newest. */
  const runs = new Map<string, { from: number; to: number }>()
  let waiting: Heard[] = []

  const noteRun = ({ stream, seq, isWhole }: Heard): void => {
    const run = runs.get(stream)
    if (!isWhole) runs.set(stream, { from: seq + 1, to: seq })
    else if (run?.to === seq - 1) run.to = seq
    else runs.set(stream, { from: seq, to: seq })
    const [eldest] = runs.keys()
    if (runs.size > STREAMS_MAX && eldest !== undefined) runs.delete(eldest)
  }

  return {
    get isEmpty() {
      return waiting.length === 0
    },
    get oldestAt() {
      return waiting[0]?.at ?? null
    },
    hear: (heard) => {
      noteRun(heard)
      if (heard.changes.length > 0) waiting.push(heard)
    },
    committed: (stream, { from, to }) => {
      waiting = waiting.filter((one) => one.stream !== stream || one.seq > to)
      const run = runs.get(stream)
      return from > to || (run !== undefined && from >= run.from && to <= run.to)
    },
    isNeededBy: (clients) => waiting.some(({ touches }) => [...touches].some((client) => clients.has(client))),
    take: () => waiting.splice(0).flatMap(({ changes }) => changes),
  }
}
