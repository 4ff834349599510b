/** Asks visitors' rights again, a few at a time. Who may not stay is cut; a changed right counts from the next message on. */
import { closeCodeOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Connection } from './connection.ts'

const AT_ONCE = 8

export async function recheckVisitors(connections: Connection[], log: Log): Promise<void> {
  const left = [...connections]
  for (const connection of left) connection.recheckedAt = Date.now()
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await recheckOne(next, log)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function recheckOne(connection: Connection, log: Log): Promise<void> {
  try {
    const admission = await connection.visitor.recheck()
    if (admission.ok) connection.allow(admission.value)
    else connection.close(closeCodeOf(admission.reason), admission.message)
  } catch (error) {
    // The database is away: nobody is cut for that, and nobody can save either.
    log.warn({ err: error }, 'a visitor could not be checked again')
  }
}
