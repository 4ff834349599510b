/**
 * Persistence of one room: queues updates, writes them in order and in batches, and says how far Postgres has
 * committed. A failed write is tried again with the same updates (writing one twice is harmless, Yjs drops copies);
 * until it succeeds nothing is acknowledged. While the database is away, the queue grows to a limit, then the room ends.
 */
import type { NewUpdate } from '../notebooks/document-store.ts'
import { inTime } from './in-time.ts'

export interface Journal {
  /** Position of the newest update that was queued; positions count from 0. */
  readonly appended: number
  /** Everything up to this position is committed. */
  readonly committed: number
  append(update: Uint8Array, userId: string | null): void
  /** Resolves when what was queued before the call is committed; rejects when the room ended before. */
  settled(): Promise<void>
  end(): void
}

export type JournalEnd = 'gone' | 'refused' | 'full'

export interface JournalPort {
  /** Appends in order; null when the notebook is gone or has another epoch. */
  write: (updates: NewUpdate[]) => Promise<number | null>
  /** Runs the work now, or when more may have come to write with it. */
  begin: (work: () => void) => void
  onCommitted: (lastId: number, count: number) => void
  onFailing: (error: unknown) => void
  /** The journal cannot go on. */
  onEnd: (why: JournalEnd, error?: unknown) => void
}

/** Small beside what a log may hold: the room looks at the log's length before each batch. */
const BATCH_ROWS = 50
const BATCH_BYTES = 4 * 1024 * 1024
const QUEUE_BYTES = 32 * 1024 * 1024
const RETRY_FIRST_MS = 50
const RETRY_MAX_MS = 1_000

export function createJournal(port: JournalPort): Journal {
  const queue: NewUpdate[] = []
  let queuedBytes = 0
  let appended = 0
  let committed = 0
  let isWriting = false
  let isOver = false
  let waiting: { position: number; resolve: () => void; reject: (error: Error) => void }[] = []

  const finish = (why: JournalEnd, error?: unknown): void => {
    if (isOver) return
    isOver = true
    for (const { reject } of waiting.splice(0)) reject(new Error('The room ended before the change was saved.'))
    port.onEnd(why, error)
  }

  const commit = (batch: NewUpdate[], lastId: number): void => {
    queue.splice(0, batch.length)
    queuedBytes -= sizeOf(batch)
    committed += batch.length
    const done = waiting.filter(({ position }) => position <= committed)
    waiting = waiting.filter(({ position }) => position > committed)
    for (const { resolve } of done) resolve()
    port.onCommitted(lastId, batch.length)
  }

  const drain = async (): Promise<void> => {
    let delay = RETRY_FIRST_MS
    while (queue.length > 0 && !isOver) {
      const batch = nextBatch(queue)
      try {
        const lastId = await inTime(port.write(batch))
        if (lastId === null) return finish('gone')
        commit(batch, lastId)
        delay = RETRY_FIRST_MS
      } catch (error) {
        if (isHopeless(error)) return finish('refused', error)
        port.onFailing(error)
        await new Promise((resolve) => setTimeout(resolve, delay))
        delay = Math.min(delay * 2, RETRY_MAX_MS)
      }
    }
    // In the same breath as the last look: what is queued a moment later begins anew.
    isWriting = false
  }

  return {
    get appended() {
      return appended
    },
    get committed() {
      return committed
    },
    append: (update, userId) => {
      if (isOver) return
      queue.push({ update, userId })
      queuedBytes += update.byteLength
      appended += 1
      if (queuedBytes > QUEUE_BYTES) return finish('full')
      if (isWriting) return
      isWriting = true
      port.begin(() => void drain())
    },
    settled: () => {
      if (committed === appended) return Promise.resolve()
      if (isOver) return Promise.reject(new Error('The room ended before the change was saved.'))
      return new Promise((resolve, reject) => void waiting.push({ position: appended, resolve, reject }))
    },
    end: () => void (isOver = true),
  }
}

function nextBatch(queue: NewUpdate[]): NewUpdate[] {
  let bytes = 0
  const end = queue.findIndex(({ update }, i) => i > 0 && (i >= BATCH_ROWS || (bytes += update.byteLength) > BATCH_BYTES))
  return end === -1 ? queue.slice() : queue.slice(0, end)
}

const sizeOf = (batch: NewUpdate[]): number => batch.reduce((sum, { update }) => sum + update.byteLength, 0)

/** A value that Postgres will never take (class 22, 23); everything else, such as a lost connection, may pass. */
function isHopeless(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^2[23]...$/.test(code)
}
