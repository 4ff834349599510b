/**
 * Is the database away? Drivers tell it in many words, and some of those who ask it swallow them, so an error that
 * names no reason of its own is settled by asking the database. One that hangs (a frozen machine, a cut network) tells
 * nothing at all: work that takes long is given up once the database does not answer either.
 */
import type { Sql } from './client.ts'

const PATIENCE_MS = 2000
/** As long as a full pool of connections may keep a small question waiting without the database being away. */
const ANSWERS_WITHIN_MS = 4000

export class DatabaseAway extends Error {
  constructor() {
    super('The database does not answer.')
    this.name = 'DatabaseAway'
  }
}

/** The driver's own words, and Postgres's while it starts, stops or can take nobody in. */
const AWAY = /^(CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|08\w{3}|57P0[1-5]|53300)$/

export async function isDatabaseAway(sql: Sql, error: unknown): Promise<boolean> {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if (one instanceof DatabaseAway || AWAY.test(String((one as { code?: unknown }).code))) return true
  }
  return !(await answers(sql))
}

/** What `work` gives; throws DatabaseAway when it takes long and the database does not answer. */
export async function whileDatabaseAnswers<T>(sql: Sql, work: Promise<T>): Promise<T> {
  const ended = work.then(() => true, () => true)
  for (let patience = PATIENCE_MS; ; patience *= 2) {
    if (await within(patience, ended, false)) return work
    if (!(await Promise.race([ended, answers(sql)]))) throw new DatabaseAway()
  }
}

const answers = (sql: Sql): Promise<boolean> => within(ANSWERS_WITHIN_MS, sql`select 1`.then(() => true, () => false), false)

async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    // After what has come in meanwhile was read: this process itself may have been busy.
    timer = setTimeout(() => setImmediate(() => resolve(otherwise)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
