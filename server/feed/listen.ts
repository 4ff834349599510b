/**
 * The feed over Postgres: one LISTEN connection per process wakes the notebooks that somebody here follows; the rows
 * are then read from the tables, so a notification that never came costs time, never a row. After a lost
 * connection, and every few seconds besides, every followed notebook is read again from where it was.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Log } from '../log.ts'
import type { Sql } from '../store/client.ts'
import { FEED_CHANNEL } from './append.ts'
import type { Feed } from './feed.ts'
import { createTail, type Tail } from './tail.ts'

const LOOK_ANYWAY_MS = 5000

export async function createFeed(deps: { sql: Sql; log: Log }): Promise<Feed> {
  const tails = new Map<NotebookId, Tail>()
  const wakeAll = () => tails.forEach((tail) => tail.wake(null))
  const listening = await deps.sql.listen(FEED_CHANNEL, (payload) => {
    const [notebookId, seq] = payload.split(' ')
    tails.get(notebookId as NotebookId)?.wake(Number(seq))
  }, wakeAll)
  const timer = setInterval(wakeAll, LOOK_ANYWAY_MS)
  timer.unref()
  return {
    subscribe(notebookId, afterSeq, onRows) {
      const tail = tails.get(notebookId) ?? createTail(deps, notebookId)
      tails.set(notebookId, tail)
      const leave = tail.follow(afterSeq, onRows)
      return () => {
        leave()
        if (tail.isAlone() && tails.get(notebookId) === tail) tails.delete(notebookId)
      }
    },
    async close() {
      clearInterval(timer)
      tails.clear()
      await listening.unlisten()
    },
  }
}
