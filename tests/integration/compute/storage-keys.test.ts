/** S28: what somebody can do in the real store with the keys that a cell can find. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createStorageKeys } from '#workers/compute/storage-keys.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'dh-keys-'))
const config = loadConfig({ ...process.env, DATAHARBOUR_DATA: dataDir, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const objects = createMinioObjects(config.s3)
const [mine, theirs] = [randomUUID(), randomUUID()] as [WorkspaceId, WorkspaceId]
let file: string

beforeAll(async () => {
  file = await createStorageKeys({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), now: () => new Date() }).ensure(mine)
  for (const prefix of [theirs, `${mine}-too`]) await objects.put(`ws/${prefix}/secret`, Buffer.from('not yours'))
})
afterAll(async () => {
  for (const prefix of [mine, theirs, `${mine}-too`]) await objects.removeAll(`ws/${prefix}/`)
  rmSync(dataDir, { recursive: true, force: true })
})

it('S28: the keys of a workspace open its own prefix and nothing else: no other’s, no list, no role, no account', async () => {
  const script = fileURLToPath(new URL('../../support/try_keys.py', import.meta.url))
  const lines = execFileSync(config.python, [script, file, `ws/${mine}`, `ws/${theirs}`], { env: process.env, encoding: 'utf8' }).trim().split('\n')
  const verdicts = Object.assign({}, ...lines.map((line) => JSON.parse(line) as Record<string, string>)) as Record<string, string>
  const isDone = ([, verdict]: [string, string]) => verdict === 'done'
  expect(Object.entries(verdicts).filter(isDone).map(([name]) => name)).toEqual(['put own', 'get own', 'list own', 'delete own'])
  for (const [name, verdict] of Object.entries(verdicts).filter((one) => !isDone(one))) expect(`${name}: ${verdict}`).toMatch(/AccessDenied|Access Denied|not authorized|no other bucket is shown|Forbidden|403/i)
  expect(Buffer.from((await objects.get(`ws/${theirs}/secret`))!).toString()).toBe('not yours')
})

it('S28: they end by themselves within 12 hours, and lie in a file for nobody else', () => {
  const { Expiration } = JSON.parse(readFileSync(file, 'utf8')) as { Expiration: string }
  const left = Date.parse(Expiration) - Date.now()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(12 * 3600 * 1000 + 60_000)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
