/** F11: the object store dies by kill -9, in the middle of commits and under a preview. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig, type Config } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import type { Reader } from '#server/reader/reader.ts'
import { below, seeded } from '../../support/chance.ts'
import { startOwnMinio, type OwnMinio } from '../../support/own-minio.ts'

const KILLS = 6
const COLUMNS = [{ name: 'commit', type: 'int' }, { name: 'n', type: 'bigint' }]
const FIRST = { offset: 0, limit: 1, sort: [{ column: 'commit', direction: 'desc' as const }], filter: [] }
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')

let store: OwnMinio
let config: Config
let reader: Reader
const openReader = () => createReader({ config, log, objects: createMinioObjects(config.s3) })
beforeAll(async () => {
  store = await startOwnMinio()
  config = loadConfig({ ...process.env, ...store.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
  reader = openReader()
  await reader.check()
}, 60_000)
afterAll(async () => {
  await reader.close()
  await store.drop()
})

/** Commits until the store is killed at a random moment; resolves to how many were confirmed from `begin` on. */
async function commitUntilKilled(path: string, begin: number, afterMs: number): Promise<number> {
  const script = fileURLToPath(new URL('../../support/append_rows.py', import.meta.url))
  const child = spawn(config.python, [script, path, String(begin)], { env: { ...process.env, ...store.env, PYTHONPATH: fileURLToPath(new URL('../../../spark', import.meta.url)) }, stdio: ['ignore', 'pipe', 'ignore'] })
  let confirmed = 0
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { done?: number }
    if (said.done === undefined) return
    confirmed += 1
    if (confirmed === 2) setTimeout(() => store.kill(), afterMs)
  })
  await over
  return confirmed
}

/** The newest version that a reader finds whole; each commit added a hundred rows. */
async function newestWhole(path: string, from: number): Promise<number> {
  for (let version = from; ; version += 1) {
    const page = await reader.page({ path, version, columns: COLUMNS }, FIRST)
    if (!page.ok) {
      expect(page.reason).toMatch(/result-gone|table-unreadable/)
      return version - 1
    }
    expect([page.value.total, page.value.rows[0]?.[0]]).toEqual([(version + 1) * 100, version])
  }
}

it('F11: a commit under which the store died is there in full or not at all, and nothing that was confirmed is lost', async () => {
  const random = seeded(11)
  const path = 'tests/killed'
  let commits = 0
  for (let round = 0; round < KILLS; round += 1) {
    const confirmed = await commitUntilKilled(path, commits, below(random, 150))
    await store.start()
    const newest = await newestWhole(path, Math.max(0, commits + confirmed - 1))
    // One more than was confirmed may have been committed: its answer was lost on the way.
    expect(newest + 1 - commits - confirmed).toBeGreaterThanOrEqual(0)
    expect(newest + 1 - commits - confirmed).toBeLessThanOrEqual(1)
    commits = newest + 1
  }
  expect(commits).toBeGreaterThan(KILLS)
}, 120_000)

it('F11: a preview says within 5 s that the store is away, and is there again with the store', async () => {
  // What a reader has read it may still hold: this one has read nothing.
  const fresh = openReader()
  await fresh.check()
  const table = { path: 'tests/killed', version: 1, columns: COLUMNS }
  store.kill()
  const startedAt = Date.now()
  expect(await fresh.page(table, FIRST)).toMatchObject({ ok: false, reason: 'storage-unavailable', message: 'The object store cannot be reached. The result is safe; try again in a moment.' })
  expect(Date.now() - startedAt).toBeLessThan(5000)
  await store.start()
  await expect.poll(() => fresh.page(table, FIRST), { timeout: 15_000 }).toMatchObject({ ok: true, value: { total: 200 } })
  await fresh.close()
}, 60_000)
