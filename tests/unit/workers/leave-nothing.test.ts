/** What Spark does for a kernel that is gone: the end of its cell does not wait for a Spark that hangs, and claims nothing. */
import { randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { leaveNothing } from '#workers/compute/leave-nothing.ts'

vi.mock('node:dns/promises', () => ({ lookup: vi.fn(() => new Promise(() => {})) }))
afterEach(() => void vi.clearAllMocks())

const SAID = expect.stringContaining('may go on') as string
const sessionId = randomUUID()

it('B9: where nobody answers, not even who knows its host, it says so in time', async () => {
  const askedAt = performance.now()
  expect(await leaveNothing('sc://spark.example:15002', { sessionId, userId: null })).toEqual(SAID)
  expect(performance.now() - askedAt).toBeLessThan(2000)
  expect(lookup).toHaveBeenCalledOnce()
})

it.each(['jürgen', 'x'.repeat(500)])('asks nothing as a user whom it cannot name, and says so (%#)', async (userId) => {
  expect(await leaveNothing('sc://spark.example:15002', { sessionId, userId })).toEqual(SAID)
  expect(lookup).not.toHaveBeenCalled()
})
