/**
 * Tables whose log is long: compacted before the Delta kernel reads it, they show the rows that it shows without that, at
 * each version; and where something else in the folder could be taken for the beginning of the log, they are not compacted.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitName } from '#lib/domain/delta-log.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { isLongLog } from '#server/reader/reader.ts'

const prefix = `tests/${randomUUID()}`
const folder = `${prefix}/long`
const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const objects = createMinioObjects(config.s3)
const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects })
const COLUMNS: ResultColumn[] = [{ name: 'id', type: 'bigint' }, { name: 'place', type: 'string' }, { name: 'text', type: 'string' }]
const LATER: ResultColumn[] = [...COLUMNS, { name: 'later', type: 'double' }]
/** Before the column came. */
const EARLY = 4
let newest = 0
let asked = 0

interface Asked {
  path?: string
  version?: number
  columns?: ResultColumn[]
  isLong?: boolean
}

async function rowsOf({ path = folder, version = newest, columns = LATER, isLong = true }: Asked = {}) {
  const log = isLong ? { checkpoint: [], commits: version + 1 } : undefined
  const page = await reader.page({ path, version, columns, mark: String((asked += 1)), log }, { offset: 0, limit: 1000, sort: [{ column: 'id', direction: 'asc' }], filter: [] })
  return page.ok ? page.value : `${page.reason}: ${page.message}`
}

/** What is laid down for the kernel. */
async function laidDown(): Promise<Set<string>> {
  const keys = new Set<string>()
  for await (const { key } of objects.list('reader/logs/')) keys.add(key)
  return keys
}

async function copyTo(name: string, change: (file: string, text: string) => string | null = (_file, text) => text): Promise<string> {
  const path = `${prefix}/${name}`
  await objects.copyAll(`${folder}/`, `${path}/`)
  for (let version = 0; version <= newest; version += 1) {
    const file = commitName(version)
    const text = Buffer.from((await objects.get(`${folder}/_delta_log/${file}`))!).toString('utf8')
    const changed = change(file, text)
    if (changed !== null && changed !== text) await objects.put(`${path}/_delta_log/${file}`, Buffer.from(changed))
  }
  return path
}

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(config.python, [fileURLToPath(new URL('../../support/long_log.py', import.meta.url)), folder, '40'], { env: process.env })
  newest = Number(stdout)
  await reader.check()
}, 120_000)
afterAll(async () => {
  await reader.close()
  await objects.removeAll(`${prefix}/`)
})

describe('a long log', () => {
  it('is one of many commits, and not of more bytes than are parsed at once', () => {
    expect([isLongLog(200, 1e6), isLongLog(201, 1e6), isLongLog(10_000, 2e7), isLongLog(10_000, 1e9)]).toEqual([false, true, true, false])
  })

  it('shows the same rows as the kernel by itself: partitions, a later column, deletes', async () => {
    const before = await laidDown()
    const ours = await rowsOf()
    expect(await laidDown()).not.toEqual(before)
    expect(ours).toMatchObject({ total: expect.any(Number) as number })
    expect(ours).toEqual(await rowsOf({ isLong: false }))
    const { rows } = ours as Exclude<typeof ours, string>
    expect(new Set(rows.map(([, place]) => place))).toEqual(new Set(['Oslo', 'São Paulo', '50% off/on', 'a b:c', null]))
    expect(rows.some(([, , , later]) => later !== null)).toBe(true)
  })

  it.each([0, EARLY, 8, 20])('at version %i too, forwards and backwards', async (version) => {
    const columns = version <= EARLY ? COLUMNS : LATER
    expect(await rowsOf({ version, columns })).toEqual(await rowsOf({ version, columns, isLong: false }))
    expect(await rowsOf()).toEqual(await rowsOf({ isLong: false }))
  })

  it('says what the table is, like the reading of each commit by DuckDB', async () => {
    const commits = Array.from({ length: newest + 1 }, (_, at) => commitName(at))
    const log = { folder, checkpoint: [], largest: 100_000, version: newest }
    const ours = await reader.state({ ...log, commits: [], long: { checkpoint: [], commits: newest + 1 } })
    expect(ours).toEqual(await reader.state({ ...log, commits }))
    expect(ours).toMatchObject({ ok: true, value: { partitionColumns: ['place'], rows: expect.any(Number) as number } })
  })

  it('goes on from what it knows, and begins anew when another table has come to the place', async () => {
    const path = await copyTo('replaced')
    expect(await rowsOf({ path, version: 20 })).toMatchObject({ total: expect.any(Number) as number })
    for (let version = 0; version <= newest; version += 1) {
      const key = `${path}/_delta_log/${commitName(version)}`
      const lines = Buffer.from((await objects.get(key))!).toString('utf8').split('\n')
      // Another table: of each commit that added several files, the first is missing.
      const adds = lines.filter((line) => line.includes('"add"'))
      await objects.put(key, Buffer.from(lines.filter((line) => adds.length < 2 || line !== adds[0]).join('\n')))
    }
    const ours = await rowsOf({ path })
    expect(ours).toEqual(await rowsOf({ path, isLong: false }))
    expect(ours).not.toEqual(await rowsOf())
  })
})

describe('what lies beside the first commit', () => {
  const checksum = (schema: string) => JSON.stringify({ tableSizeBytes: 1, numFiles: 1, numMetadata: 1, numProtocol: 1, metadata: { id: 'x', format: { provider: 'parquet', options: {} }, schemaString: schema, partitionColumns: [], configuration: {} }, protocol: { minReaderVersion: 1, minWriterVersion: 2 } })

  it('is never taken for the table: a checksum of another schema', async () => {
    const path = await copyTo('checksum')
    await objects.put(`${path}/_delta_log/${commitName(0).replace('.json', '.crc')}`, Buffer.from(checksum('{"type":"struct","fields":[{"name":"zzz","type":"long","nullable":true,"metadata":{}}]}')))
    expect(await rowsOf({ path })).toEqual(await rowsOf())
  })

  it('is never taken for the table: a checkpoint of the first version', async () => {
    const path = await copyTo('checkpoint')
    await promisify(execFile)(config.python, ['-c', CHECKPOINT, path], { env: process.env })
    expect(await objects.stat(`${path}/_delta_log/${commitName(0).replace('.json', '.checkpoint.parquet')}`)).not.toBeNull()
    expect(await rowsOf({ path })).toEqual(await rowsOf())
  })
})

describe('a long log that somebody forged', () => {
  it.each(['../other/x.parquet', '%2e%2e/x.parquet', 's3://other-bucket/x.parquet', 'file:///etc/passwd', '/etc/passwd'])('is refused when it leads to %s [S24]', async (to) => {
    const path = await copyTo(`forged-${randomUUID()}`, (file, text) => (file === commitName(3) ? text.replace(/("add":\{"path":")[^"]*/, `$1${to}`) : text))
    expect(await rowsOf({ path })).toContain('outside its own folder')
  })

  it('is a named refusal when it is no JSON or has a gap', async () => {
    const garbage = await copyTo('garbage', (file) => (file === commitName(2) ? '\0\x01 not json' : null))
    expect(await rowsOf({ path: garbage })).toMatch(/^table-unreadable/)
    const gap = await copyTo('gap')
    await objects.remove(`${gap}/_delta_log/${commitName(5)}`)
    expect(await rowsOf({ path: gap })).toMatch(/^result-gone/)
    expect(await rowsOf()).toMatchObject({ total: expect.any(Number) as number })
  })
})

/** Of version 0, as a reader that went back in time might write one. */
const CHECKPOINT = `
import os, sys
from deltalake import DeltaTable
DeltaTable(f"s3://{os.environ['S3_BUCKET']}/{sys.argv[1]}", version=0, storage_options={"AWS_ENDPOINT_URL": os.environ["S3_ENDPOINT"], "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"], "AWS_REGION": os.environ.get("S3_REGION", "us-east-1"), "AWS_ALLOW_HTTP": "true"}).create_checkpoint()
`
