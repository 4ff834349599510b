/**
 * The database's pulse: does it answer now? Asked on a connection of its own. In the pool the question may stand behind
 * somebody's slow one (the driver sends several down one connection), and a busy database would be called an absent one.
 * There is one look at a time, which all who ask share; the connection is open only while it is used.
 */
import type { Sql } from './client.ts'
import { within } from './within.ts'

const ANSWERS_WITHIN_MS = 4000
/** A look that hangs longer is given up with its connection, which would go on hanging when the database is back. */
const GIVE_UP_MS = 15_000

export interface Pulse {
  answers: () => Promise<boolean>
  close: () => Promise<void>
}

interface Look {
  answer: Promise<boolean>
  since: number
}

/** `open` gives a client of one connection. */
export function createPulse(open: () => Sql): Pulse {
  let sql = open()
  let look: Look | null = null

  function begin(): Look {
    const mine: Look = { answer: sql`select 1`.then(() => true, isFull), since: performance.now() }
    void mine.answer.then(() => void (look === mine && (look = null)))
    return mine
  }

  function answers(): Promise<boolean> {
    if (look !== null && performance.now() - look.since > GIVE_UP_MS) {
      void sql.end({ timeout: 0 })
      sql = open()
      look = null
    }
    look ??= begin()
    return within(ANSWERS_WITHIN_MS, look.answer, false)
  }

  return { answers, close: () => sql.end({ timeout: 0 }) }
}

/** It has no connection left for this question, and says so: those of the pool it has. */
const isFull = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '53300'
