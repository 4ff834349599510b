/** Sweeps every few seconds, in web processes and workers alike: the last worker may be the one that died. */
import type { Log } from '../log.ts'
import type { Database, Sql } from '../store/client.ts'
import { sweep, type Doubts } from './sweep.ts'

const SWEEP_EVERY_MS = 2000

export function startSweeper(deps: { sql: Sql; db: Database; log: Log; now: () => Date }): () => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  let isBusy = false
  const doubts: Doubts = new Map()
  const failed = (error: unknown): void => {
    doubts.clear()
    deps.log.warn({ err: error }, 'the sweep failed; it is tried again')
  }
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    current = sweep(deps, doubts).catch(failed).finally(() => (isBusy = false))
  }, SWEEP_EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await current
  }
}
