/** What is said of a given Spark, and when it is told its tables: by a server that answers as Spark Connect does, and a script in place of Python. */
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { createIntroductions } from '#workers/compute/introductions.ts'
import { createGivenLook } from '#workers/compute/look-at-given.ts'

const id = 'c-1' as ComputeId
const row = { id, workspaceId: 'w-1' as WorkspaceId, isGiven: true } as ComputeRow
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
const SOON = { timeout: 10_000 }

let folder: string
let spark: Http2Server
let url: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dh-given-'))
  spark = await answerAt(0)
  url = `sc://127.0.0.1:${(spark.address() as AddressInfo).port}/;use_ssl=false`
})
afterEach(async () => {
  vi.useRealTimers()
  await leave(spark)
  rmSync(folder, { recursive: true, force: true })
})

/** Answers ReleaseSession as Spark Connect does. */
async function answerAt(port: number): Promise<Http2Server> {
  const server = createServer()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.resume().end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
const leave = (server: Http2Server) => new Promise<void>((resolve) => void server.close(() => resolve()))

/** In place of Python: counts how often Spark was told its tables. */
function begin({ hasKeys = true } = {}) {
  const python = join(folder, 'python')
  const calls = join(folder, 'calls')
  writeFileSync(python, `#!/bin/sh\necho . >> ${calls}\ntouch "$4"\necho '{"msg":"Spark is ready."}' >&2\n`)
  chmodSync(python, 0o700)
  const env = { DATAHARBOUR_DATA: folder, DATABASE_URL: 'postgres://x', S3_ENDPOINT: 'http://127.0.0.1:1', S3_ACCESS_KEY: 'access', S3_SECRET_KEY: 'a-secret-key', AUTH_SECRET: 'a-secret-for-tests-only-0123456789', SPARK_REMOTE: url }
  const config = { ...loadConfig(env), python, dataDir: folder }
  const written: Partial<ComputeRow>[] = []
  const db = { update: () => ({ set: (change: Partial<ComputeRow>) => ({ where: async () => void written.push(change) }) }) } as unknown as Database
  const keys = { path: () => 'keys', ensure: () => (hasKeys ? Promise.resolve('keys') : Promise.reject(new Error('the object store gives no keys'))), forget: () => {} }
  const away: ComputeId[] = []
  const introductions = createIntroductions({ db, config, log, keys }, (one) => away.push(one))
  const failure = join(folder, 'compute', id, 'did-not-start')
  return {
    introductions,
    look: createGivenLook({ db, config, log }, introductions.doubtGiven),
    written,
    away,
    isKnown: () => existsSync(join(folder, 'compute', id, 'tables-are-known')),
    failure: () => (existsSync(failure) ? readFileSync(failure, 'utf8') : null),
    told: () => (existsSync(calls) ? readFileSync(calls, 'utf8').length / 2 : 0),
  }
}

it('one that answers is not called silent because the object store gives no keys, and its row says what a look says', async () => {
  const { introductions, look, written, failure } = begin({ hasKeys: false })
  await introductions.begin(row, url)
  await vi.waitUntil(() => written.length > 0, SOON)
  expect(failure()).toBe('The given Spark answers, but could not be told its tables: the object store gives no keys')
  await look()
  expect(written).toContainEqual({ state: 'running', reason: null })
  expect(written.filter(({ state }) => state === 'failed')).toEqual([])
})

it('one where nobody listens is called silent, in its row in the same words as by a look', async () => {
  const { introductions, look, written, failure } = begin()
  await leave(spark)
  vi.useFakeTimers({ toFake: ['Date'] })
  await introductions.begin(row, url)
  vi.setSystemTime(Date.now() + 60_000)
  await vi.waitUntil(() => written.length > 0, SOON)
  expect(failure()).toMatch(/^The given Spark does not answer: Nobody listens at /)
  await look()
  const failed = written.filter(({ state }) => state === 'failed')
  expect(failed).toEqual([failed[0], failed[0]])
})

it('is told its tables once, and once more when a look found it away in between', async () => {
  const { introductions, look, away, isKnown, told } = begin()
  await introductions.begin(row, url)
  await vi.waitUntil(isKnown, SOON)
  await look()
  await introductions.begin(row, url)
  // Who begins anew takes the file away at once.
  expect([isKnown(), told(), away]).toEqual([true, 1, []])
  const { port } = spark.address() as AddressInfo
  await leave(spark)
  await look()
  // Who saw it before looks again before the next run, however soon that comes.
  expect(away).toEqual([id])
  spark = await answerAt(port)
  await introductions.begin(row, url)
  await vi.waitUntil(() => told() === 2 && isKnown(), SOON)
})
