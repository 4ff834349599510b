/** A Spark that came up while the object store was away is told its tables again until the store is back, and no longer than it is there. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { registerTables, removeTraces, tablesKnownPath } from '#workers/compute/spark-process.ts'

const computeId = 'c-1' as ComputeId
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dh-owed-'))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

/** In place of Python: counts its calls, and finds the store away in the first `away` of them. */
function begin(away: number) {
  const python = join(folder, 'python')
  const calls = join(folder, 'calls')
  writeFileSync(python, `#!/bin/sh\necho . >> ${calls}\nif [ $(wc -l < ${calls}) -le ${away} ]; then touch tables-are-owed; exit 5; fi\nrm -f tables-are-owed\n`)
  chmodSync(python, 0o700)
  const config = { ...loadConfig({ DATAHARBOUR_DATA: folder, DATABASE_URL: 'postgres://x', S3_ENDPOINT: 'http://127.0.0.1:1', S3_ACCESS_KEY: 'access', S3_SECRET_KEY: 'a-secret-key', AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), python, dataDir: folder }
  const done = registerTables(config, log, { computeId, workspaceId: 'w-1' as WorkspaceId, keysFile: join(folder, 'keys'), url: 'sc://x', donePath: tablesKnownPath(config, computeId) })
  const owed = join(folder, 'compute', computeId, 'tables-are-owed')
  return { config, done, isOwed: () => existsSync(owed), calls: () => readFileSync(calls, 'utf8').length / 2 }
}

it('again and again, until it is back', async () => {
  const { done, isOwed, calls } = begin(3)
  await done
  expect([isOwed(), calls()]).toEqual([true, 1])
  // In small steps: each call has a limit of its own too, and is to end by itself.
  await vi.waitUntil(() => (vi.advanceTimersByTime(1000), calls() === 4), { timeout: 20_000, interval: 200 })
  await vi.waitUntil(() => !isOwed() && vi.getTimerCount() === 0, { timeout: 10_000 })
  vi.advanceTimersByTime(60_000)
  expect(calls()).toBe(4)
})

it('not once more when the compute was deleted', async () => {
  const { config, done, calls } = begin(3)
  await done
  removeTraces(config, computeId)
  vi.advanceTimersByTime(60_000)
  expect([calls(), existsSync(join(folder, 'compute', computeId))]).toEqual([1, false])
})
