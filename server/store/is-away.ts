/**
 * Is the database away? Drivers tell it in many words, and some of those who ask it swallow them, so an error that
 * names no reason of its own is settled by feeling the database's pulse. One that hangs (a frozen machine, a cut network)
 * tells nothing at all: work that takes long is given up once the database has not answered for some seconds either.
 */
import type { Pulse } from './pulse.ts'
import { within } from './within.ts'

const PATIENCE_MS = 2000
/** A restart of the database is over by then, and what takes long may not need it meanwhile. */
const BACK_WITHIN_MS = 4000
const ASK_AGAIN_MS = 250

export class DatabaseAway extends Error {
  constructor() {
    super('The database does not answer.')
    this.name = 'DatabaseAway'
  }
}

/** The driver's own words, and Postgres's while it starts, stops or can take nobody in. */
const AWAY = /^(CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|08\w{3}|57P0[1-5]|53300)$/

export async function isDatabaseAway(pulse: Pulse, error: unknown): Promise<boolean> {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if (one instanceof DatabaseAway || AWAY.test(String((one as { code?: unknown }).code))) return true
  }
  return !(await pulse.answers())
}

/**
 * What `work` gives; throws DatabaseAway when it takes long and the database does not answer. Work that was given up may
 * still come to an end: what it gives then goes to `drop`, since nobody else has it.
 */
export async function whileDatabaseAnswers<T>(pulse: Pulse, work: Promise<T>, drop: (late: T) => unknown): Promise<T> {
  const ended = work.then(() => true, () => true)
  for (let patience = PATIENCE_MS; ; patience *= 2) {
    if (await within(patience, ended, false)) return work
    if (await Promise.race([ended, answersSoon(pulse)])) continue
    void work.then(drop).catch(() => {})
    throw new DatabaseAway()
  }
}

async function answersSoon(pulse: Pulse): Promise<boolean> {
  const end = performance.now() + BACK_WITHIN_MS
  for (let left = BACK_WITHIN_MS; left > 0; left = end - performance.now()) {
    if (await within(left, pulse.answers(), false)) return true
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
  return false
}
