/**
 * What reaches a running run from outside: a wish to cancel, and the news that it is another worker's by now. Told by
 * NOTIFY; asked once a second besides, so that a lost notification costs a second.
 */
import type { RunId } from '#lib/domain/ids.ts'
import type { Log } from '#server/log.ts'
import { RUN_CONTROL_CHANNEL } from '#server/runs/cancel-run.ts'
import type { Sql } from '#server/store/client.ts'

export interface Watched {
  onCancel: () => void
  onOver: () => void
}

export interface RunControl {
  /** Returns the way to stop watching. */
  watch(runId: RunId, token: string, watched: Watched): () => void
  close(): Promise<void>
}

const ASK_EVERY_MS = 1000

export async function createRunControl(deps: { sql: Sql; log: Log }): Promise<RunControl> {
  const watching = new Map<RunId, Watched & { token: string }>()

  async function ask(): Promise<void> {
    // Only those that were asked for: a run that begins while the answer is on its way is not in it.
    const asked = [...watching]
    if (asked.length === 0) return
    const rows = await deps.sql<{ id: RunId; state: string; token: string | null }[]>`
      select id, state, attempt_token as token from runs where id = any(${asked.map(([runId]) => runId)}::uuid[])`
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [runId, watched] of asked) {
      const { token, onCancel, onOver } = watched
      const row = byId.get(runId)
      if (watching.get(runId) !== watched) continue
      if (row?.token !== token) onOver()
      else if (row.state === 'cancelling') onCancel()
    }
  }

  const look = (): void => void ask().catch((error: unknown) => deps.log.warn({ err: error }, 'running runs could not be asked for'))
  const listening = await deps.sql.listen(RUN_CONTROL_CHANNEL, (payload) => {
    const [runId, wish] = payload.split(' ')
    const watched = watching.get(runId as RunId)
    if (wish === 'cancel') watched?.onCancel()
    else if (watched !== undefined) look()
  })
  const timer = setInterval(look, ASK_EVERY_MS)
  timer.unref()
  return {
    watch(runId, token, watched) {
      const mine = { ...watched, token }
      watching.set(runId, mine)
      return () => void (watching.get(runId) === mine && watching.delete(runId))
    },
    async close() {
      clearInterval(timer)
      await listening.unlisten()
    },
  }
}
