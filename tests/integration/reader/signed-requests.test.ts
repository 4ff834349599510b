/** The reader's own requests to a real store. */
import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { loadConfig } from '#server/config.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createSignedRequests } from '#server/reader/signed-requests.ts'

const prefix = `tests/${randomUUID()}`
const { s3 } = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const store = createSignedRequests(s3)
afterAll(() => createMinioObjects(s3).removeAll(`${prefix}/`))

it('lists all keys, beyond the thousand of one answer, also when they are removed meanwhile', { timeout: 60_000 }, async () => {
  const keys = Array.from({ length: 1203 }, (_, at) => `${prefix}/many/${String(at).padStart(4, '0')}+a=b`)
  for (let at = 0; at < keys.length; at += 30) await Promise.all(keys.slice(at, at + 30).map((key) => store.put(key, 'x')))
  const found: string[] = []
  for await (const { key, at } of store.list(`${prefix}/many/`)) {
    expect(at.getTime()).not.toBeNaN()
    found.push(key)
    await store.remove(key)
  }
  expect(found).toEqual(keys)
  for await (const { key } of store.list(`${prefix}/many/`)) expect.fail(`${key} is there still`)
})
