/** Sweeps every few seconds, in web processes and workers alike: the last worker may be the one that died. */
import type { Log } from '../log.ts'
import type { Database, Sql } from '../store/client.ts'
import { sweep } from './sweep.ts'

const SWEEP_EVERY_MS = 2500

export function startSweeper(deps: { sql: Sql; db: Database; log: Log; now: () => Date }): () => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    current = sweep(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'the sweep failed; it is tried again')).finally(() => (isBusy = false))
  }, SWEEP_EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await current
  }
}
