/** Asked once of the browser, and only by a page that has something to lose. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const storage = { persisted: vi.fn(async () => false), persist: vi.fn(async () => false) }
let isAtRisk: boolean

/** As in a page that has just been loaded. */
async function page() {
  vi.resetModules()
  const { askToPersist } = await import('#lib/live/ask-to-persist.ts')
  return { ...askToPersist(() => isAtRisk), other: askToPersist(() => isAtRisk) }
}
const later = () => vi.advanceTimersByTimeAsync(60_000)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('navigator', { storage })
  isAtRisk = true
})
afterEach(() => {
  vi.clearAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('is asked once in a page, whatever the answer, when an edit was not saved for some seconds', async () => {
  const { edited, other } = await page()
  edited(true)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(storage.persist).not.toHaveBeenCalled()
  await later()
  edited(true)
  other.edited(false)
  await later()
  expect(storage.persist).toHaveBeenCalledOnce()
})

it('is asked at once without a line', async () => {
  const { edited } = await page()
  edited(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(storage.persist).toHaveBeenCalledOnce()
})

it('is not asked where all is saved in time, however long somebody types', async () => {
  const { edited, saved } = await page()
  for (let second = 0; second < 60; second += 1) {
    edited(true)
    await vi.advanceTimersByTimeAsync(1_000)
    saved()
  }
  expect(storage.persist).not.toHaveBeenCalled()
})

it('is not asked where nothing is at risk, and is once something is', async () => {
  const { edited } = await page()
  isAtRisk = false
  edited(false)
  await later()
  expect(storage.persist).not.toHaveBeenCalled()
  isAtRisk = true
  edited(true)
  await later()
  expect(storage.persist).toHaveBeenCalledOnce()
})

it('is not asked again on a later visit where it was granted', async () => {
  storage.persisted.mockResolvedValueOnce(true)
  const { edited } = await page()
  edited(false)
  await later()
  expect([storage.persisted.mock.calls.length, storage.persist.mock.calls.length]).toEqual([1, 0])
})

it.each([['has no storage', {}], ['cannot be asked', { storage: {} }], ['will not be asked', { storage: { persisted: () => Promise.reject(new TypeError()) } }]])('does no harm where a browser %s', async (_, browser) => {
  vi.stubGlobal('navigator', browser)
  const { edited } = await page()
  edited(false)
  await later()
  expect(storage.persist).not.toHaveBeenCalled()
})
