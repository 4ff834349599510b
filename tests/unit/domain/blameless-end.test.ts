/** Which cells are offered to be run again: those that did not end by what they say themselves. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { endedBlameless, SPARK_WENT_AWAY } from '#lib/domain/blameless-end.ts'
import type { Output } from '#lib/domain/feed.ts'
import { RUN_CELL_STATES } from '#lib/domain/run.ts'

const error = (message: string): Output => ({ kind: 'error', name: 'SparkConnectGrpcException', message, frames: [], jvmTrace: null })
/** As the kernel says it. */
const wentAway = /^WENT_AWAY = "(.+)"$/m.exec(readFileSync(new URL('../../../spark/dataharbour/kernel/tracebacks.py', import.meta.url), 'utf8'))?.[1] ?? ''

it('a cell whose worker died, whatever it showed, and no other by its state alone', () => {
  expect(RUN_CELL_STATES.filter((state) => endedBlameless(state, []))).toEqual(['lost'])
  expect(endedBlameless('lost', [error('KeyboardInterrupt')])).toBe(true)
})

it('a cell under which Spark went away, in the words of the kernel', () => {
  expect(wentAway.startsWith(SPARK_WENT_AWAY)).toBe(true)
  expect(endedBlameless('failed', [error(wentAway)])).toBe(true)
  expect(endedBlameless('failed', [error('[TABLE_OR_VIEW_NOT_FOUND] orders')])).toBe(false)
  // It caught that and went on.
  expect(endedBlameless('succeeded', [error(wentAway)])).toBe(false)
})
