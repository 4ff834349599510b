/** What reaches a running run from outside, and when. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunId } from '#lib/domain/ids.ts'
import type { Log } from '#server/log.ts'
import type { Sql } from '#server/store/client.ts'
import { createRunControl } from '#workers/runs/run-control.ts'

interface Row { id: string; state: string; token: string | null }
const ASKS_EVERY_MS = 1000

/** Answers each question when it is told to. */
function slowDatabase() {
  const answers: ((rows: Row[]) => void)[] = []
  const sql = Object.assign(() => new Promise<Row[]>((resolve) => answers.push(resolve)), { listen: async () => ({ unlisten: async () => {} }) })
  return { sql: sql as unknown as Sql, answers }
}

const log = { warn: () => {} } as unknown as Log
const watcher = () => ({ onCancel: vi.fn(), onOver: vi.fn() })

describe('a watched run', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is not over because it began while the answer about others was on its way', async () => {
    const { sql, answers } = slowDatabase()
    const control = await createRunControl({ sql, log })
    const [first, second] = [watcher(), watcher()]
    control.watch('one' as RunId, 'token-1', first)
    await vi.advanceTimersByTimeAsync(ASKS_EVERY_MS)
    control.watch('two' as RunId, 'token-2', second)
    answers[0]?.([{ id: 'one', state: 'running', token: 'token-1' }])
    await vi.advanceTimersByTimeAsync(1)
    expect([first.onOver, second.onOver].map((told) => told.mock.calls.length)).toEqual([0, 0])
  })

  it('is over when it has another token or none, and cancelled when somebody wished so', async () => {
    const { sql, answers } = slowDatabase()
    const control = await createRunControl({ sql, log })
    const [given, gone, unwanted] = [watcher(), watcher(), watcher()]
    control.watch('given' as RunId, 'token-1', given)
    control.watch('gone' as RunId, 'token-2', gone)
    control.watch('unwanted' as RunId, 'token-3', unwanted)
    await vi.advanceTimersByTimeAsync(ASKS_EVERY_MS)
    answers[0]?.([{ id: 'given', state: 'running', token: 'token-9' }, { id: 'unwanted', state: 'cancelling', token: 'token-3' }])
    await vi.advanceTimersByTimeAsync(1)
    expect([given, gone, unwanted].map(({ onOver, onCancel }) => [onOver.mock.calls.length, onCancel.mock.calls.length])).toEqual([[1, 0], [1, 0], [0, 1]])
  })

  it('hears nothing of an attempt that it is no longer', async () => {
    const { sql, answers } = slowDatabase()
    const control = await createRunControl({ sql, log })
    const [before, after] = [watcher(), watcher()]
    const unwatch = control.watch('one' as RunId, 'token-1', before)
    await vi.advanceTimersByTimeAsync(ASKS_EVERY_MS)
    unwatch()
    control.watch('one' as RunId, 'token-2', after)
    unwatch()
    answers[0]?.([{ id: 'one', state: 'running', token: 'token-2' }])
    await vi.advanceTimersByTimeAsync(ASKS_EVERY_MS)
    answers[1]?.([{ id: 'one', state: 'cancelling', token: 'token-2' }])
    await vi.advanceTimersByTimeAsync(1)
    expect([before.onOver, before.onCancel, after.onOver].map((told) => told.mock.calls.length)).toEqual([0, 0, 0])
    expect(after.onCancel).toHaveBeenCalledOnce()
  })
})
