/**
 * The line in which people are asked again: a few at once, so that the database has room for those who work, and whom a
 * notice named before whose turn it merely is. Of one there is one question at a time: were there two, an old answer could
 * come after a new one. Who could not be asked stands in line again.
 */
import type { Log } from '../log.ts'
import { inTime } from '../rooms/in-time.ts'

export interface Asked {
  /** Resolves with what carries the answer out. */
  ask: () => Promise<() => void>
}

export interface AskingLine {
  /** Somebody who stands in it already keeps the better place; who is being asked is asked once more. */
  add(one: Asked, isUrgent: boolean): void
  /** What was asked of them is not carried out any more. */
  remove(one: Asked): void
  close(): void
}

const AT_ONCE = 8
/** A place in which a question failed rests for so long: a database that is away is not asked faster for that. */
const REST_MS = 1_000

export function createAskingLine(log: Log): AskingLine {
  const [urgent, routine] = [new Set<Asked>(), new Set<Asked>()]
  const underWay = new Set<Asked>()
  let free = AT_ONCE
  let isFailing = false
  let isClosed = false

  const next = (): Asked | null => {
    for (const line of [urgent, routine]) for (const one of line) if (!underWay.has(one)) return one
    return null
  }

  function advance(): void {
    for (let one = next(); free > 0 && one !== null && !isClosed; one = next()) {
      free -= 1
      const isUrgent = urgent.delete(one)
      routine.delete(one)
      underWay.add(one)
      void work(one, isUrgent)
    }
  }

  async function work(one: Asked, isUrgent: boolean): Promise<void> {
    try {
      const carryOut = await inTime(one.ask())
      isFailing = false
      if (underWay.has(one)) carryOut()
    } catch (error) {
      // The database is away: nobody is cut for that, and nobody can save either.
      if (!isFailing && !isClosed) log.warn({ err: error }, 'somebody could not be asked again for their rights, trying again')
      isFailing = true
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
      if (underWay.has(one)) (isUrgent ? urgent : routine).add(one)
    }
    underWay.delete(one)
    free += 1
    advance()
  }

  return {
    add: (one, isUrgent) => {
      ;(isUrgent ? urgent : routine).add(one)
      advance()
    },
    remove: (one) => [urgent, routine, underWay].forEach((line) => line.delete(one)),
    close: () => void (isClosed = true),
  }
}
