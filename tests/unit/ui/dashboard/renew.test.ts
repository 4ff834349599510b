/** What a dashboard shows stays when it cannot be renewed, says from when it is, and ends only when it is over. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { Renewal } from '#lib/ui/dashboard/renew.svelte.ts'

const MINUTE_MS = 60_000
const AWAY = refuse('offline', 'Away.')
let page: EventTarget & { hidden: boolean }
beforeEach(() => {
  page = Object.assign(new EventTarget(), { hidden: false })
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  vi.stubGlobal('document', page)
})
afterEach(() => void (vi.useRealTimers(), vi.unstubAllGlobals()))

function renewing(answers: (Outcome<string> | Promise<Outcome<string>>)[], isHeld = () => false) {
  const seen = { taken: [] as string[], ends: 0 }
  const ask = vi.fn(async () => (await answers.shift()) ?? AWAY)
  const renewal = new Renewal<string>({ ask, take: (newer) => seen.taken.push(newer), onEnd: () => (seen.ends += 1), isHeld })
  return { renewal, seen, ask }
}

it('takes newer figures each minute while somebody looks, and none after it was left', async () => {
  const { renewal, seen, ask } = renewing([accept('one'), accept('two'), accept('three')])
  const stop = renewal.follow()
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS)
  expect(seen.taken).toEqual(['one', 'two'])
  page.hidden = true
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS)
  expect(ask).toHaveBeenCalledTimes(2)
  page.hidden = false
  page.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(seen.taken).toEqual(['one', 'two', 'three'])
  stop()
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS)
  expect(ask).toHaveBeenCalledTimes(3)
})

it.each(['offline', 'failed', 'database-unavailable'])('keeps what it shows at %s, says from when it is, and goes on by itself', async (reason) => {
  const { renewal, seen } = renewing([accept('one'), refuse(reason, 'x'), refuse(reason, 'x'), accept('two')])
  renewal.follow()
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(renewal.since).toBeNull()
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS)
  expect(renewal.since).toBe('2026-01-01T00:01:00.000Z')
  expect(seen).toEqual({ taken: ['one'], ends: 0 })
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(renewal.since).toBeNull()
  expect(seen).toEqual({ taken: ['one', 'two'], ends: 0 })
})

it.each(['not-found', 'not-allowed', 'sign-in-needed', 'share-expired'])('is over at %s', async (reason) => {
  const { renewal, seen } = renewing([refuse(reason, 'x')])
  renewal.follow()
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(seen).toEqual({ taken: [], ends: 1 })
})

it('never lets a late answer replace a newer one, nor somebody’s work', async () => {
  let late: (answer: Outcome<string>) => void = () => {}
  let isHeld = false
  const { renewal, seen, ask } = renewing([new Promise((resolve) => (late = resolve)), accept('newer')], () => isHeld)
  renewal.follow()
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  await renewal.now()
  late(accept('late'))
  await vi.advanceTimersByTimeAsync(0)
  expect(seen.taken).toEqual(['newer'])
  isHeld = true
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS)
  expect(ask).toHaveBeenCalledTimes(2)
})
