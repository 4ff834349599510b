/** Logs that were laid down long ago go, once a day, and a store that will not have it is nobody's trouble. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createCompactedLogs } from '#server/reader/compacted-logs.ts'
import type { SignedRequests } from '#server/reader/signed-requests.ts'
import { createLogSweep } from '#server/reader/sweep-logs.ts'

const DAY = 24 * 3600_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 20) }))
afterEach(() => void vi.useRealTimers())

it('removes what is older than a week, and looks again a day later', async () => {
  const there = new Map([['logs/old', new Date(Date.now() - 8 * DAY)], ['logs/young', new Date(Date.now() - 6 * DAY)]])
  let looks = 0
  async function* list() {
    looks += 1
    for (const [key, at] of [...there]) yield { key, at }
  }
  const sweep = createLogSweep({ list, remove: async (key) => void there.delete(key) }, 'logs/', () => {})
  await sweep()
  await sweep()
  expect([looks, ...there.keys()]).toEqual([1, 'logs/young'])
  vi.setSystemTime(Date.now() + 2 * DAY)
  await sweep()
  expect([looks, ...there.keys()]).toEqual([2])
})

it('lays a log down although nothing can be swept, and says so once', async () => {
  const commit = ['{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}', '{"metaData":{"id":"m","format":{"provider":"parquet","options":{}},"schemaString":"{}","partitionColumns":[],"configuration":{}}}'].join('\n')
  const store: SignedRequests = {
    get: async () => ({ body: Buffer.from(commit), mark: 'm' }), put: async () => {}, remove: async () => {},
    async *list(prefix) {
      if (prefix === 'reader/logs/') throw new Error('HTTP 403')
    },
  }
  const warned: string[] = []
  const logs = createCompactedLogs(store, 'bucket', (detail) => void warned.push(detail))
  for (const version of [1, 2]) expect(await logs.layDown(null as never, 'ws/1/tables/long', version, { checkpoint: [], commits: version + 1 })).toMatchObject({ bytes: expect.any(Number) })
  await vi.waitFor(() => expect(warned).toEqual([expect.stringContaining('HTTP 403')]))
})
