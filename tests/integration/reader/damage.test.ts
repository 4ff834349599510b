/**
 * Tables whose bytes are not what was written [B6]. What somebody puts into the bucket is read by native code: there is an
 * answer or a refusal by name, soon; other tables are read as before, and memory does not grow without end. What goes bad
 * on the store's own disk is never shown.
 * READER_MUTATIONS=10000 for the long run.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { below, oneOf, seeded, type Random } from '../../support/chance.ts'
import { startOwnMinio, type OwnMinio } from '../../support/own-minio.ts'

const ROUNDS = Number(process.env.READER_MUTATIONS ?? 60)
const SEED = Number(process.env.READER_SEED ?? 6)
/** The reader tries again for some seconds before it gives up. */
const ROTTEN = 24
const SLOWEST_MS = 5000
/** One that has grown by more is started anew. */
const GROWS_KB = 450_000
const REASONS = ['result-gone', 'table-unreadable', 'storage-unavailable', 'reader-unavailable', 'filter-invalid']
const WHOLE = { offset: 0, limit: 100, sort: [], filter: [] }

const columnsOf = (types: Record<string, string>): ResultColumn[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const TABLES = [
  ['odd', columnsOf({
    big: 'bigint', dec: 'decimal(38,3)', day: 'date', at: 'timestamp', local: 'timestamp_ntz', bytes: 'binary', nested: 'struct<a:bigint,b:array<string>>',
    pairs: 'map<string,bigint>', float: 'double', flag: 'boolean', text: 'string', 'we"ird; drop table': 'int',
  }), 'big'],
  ['shops', columnsOf({ shop: 'string', region: 'string', amount: 'double', visits: 'int', day: 'date' }), 'shop'],
] as const

const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
let store: OwnMinio
let reader: ReturnType<typeof createReader>
let objects: ReturnType<typeof createMinioObjects>

beforeAll(async () => {
  store = await startOwnMinio()
  const env = { ...process.env, ...store.env }
  const config = loadConfig({ ...env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
  objects = createMinioObjects(config.s3)
  await promisify(execFile)(config.python, [fileURLToPath(new URL('../../support/delta_tables.py', import.meta.url)), 'whole'], { env })
  reader = createReader({ config, log, objects })
  await reader.check()
}, 120_000)
afterAll(async () => {
  await reader.close()
  await store.drop()
})

/** A table's log and its one file. */
async function partsOf(name: string): Promise<{ key: string; body: Uint8Array }[]> {
  const parts: { key: string; body: Uint8Array }[] = []
  for await (const { key } of objects.list(`whole/${name}/`)) parts.push({ key: key.slice(`whole/${name}/`.length), body: (await objects.get(key))! })
  return parts
}

/** Where Parquet keeps its lengths, types and offsets (the end), its page headers and data (the rest); a log has one zone. */
function place(body: Uint8Array, random: Random): number {
  const tail = Math.min(body.length, 4096)
  return random() < 0.6 ? body.length - 1 - below(random, tail) : below(random, body.length)
}

function mutate(body: Uint8Array, random: Random): Uint8Array {
  const kind = below(random, 5)
  if (kind === 0) return body.slice(0, below(random, body.length))
  const copy = body.slice()
  const at = place(body, random)
  if (kind === 1) copy.fill(0xff, at, at + 4)
  else if (kind === 2) copy.fill(0, at, at + 1 + below(random, 64))
  else if (kind === 3) copy.copyWithin(at, below(random, body.length), body.length)
  else for (let flips = 1 + below(random, 3); flips > 0; flips -= 1) copy[place(body, random)]! ^= 1 << below(random, 8)
  return copy
}

/** 0 of a process that has gone. */
function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

const isWhole = async (name: string, columns: readonly ResultColumn[]) => (await reader.page({ path: `whole/${name}`, version: 0, columns: [...columns] }, WHOLE)).ok

/** Every question that a page asks of a table. */
async function askAll(path: string, columns: readonly ResultColumn[], by: string) {
  const table = { path, version: 0, columns: [...columns] }
  const questions = [
    () => reader.page(table, WHOLE),
    () => reader.page(table, { ...WHOLE, sort: [{ column: by, direction: 'desc' }], filter: [{ column: by, operator: 'is-not-null', value: null }] }),
    () => reader.chart(table, { mark: 'bar', x: by, y: null, color: null, aggregate: 'count' }),
    () => reader.summaries(table, columns.map(({ name }) => name)),
  ]
  const answers = []
  for (const ask of questions) {
    const startedAt = performance.now()
    answers.push({ answer: await ask(), ms: performance.now() - startedAt })
  }
  return answers
}

describe('bytes that somebody changed', () => {
  it.each(TABLES)(`are answered or refused by name, soon, and others' tables are read as before: ${ROUNDS} times %s`, async (name, columns, by) => {
    const random = seeded(SEED)
    const whole = await partsOf(name)
    await askAll(`whole/${name}`, columns, by)
    let pid = reader.pid()!
    const before = memoryOf(pid)
    const seen = { answered: 0, refused: 0, slowest: 0, restarts: 0, grownBy: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = `changed/${randomUUID()}`
      const changed = oneOf(random, whole)
      for (const part of whole) await objects.put(`${path}/${part.key}`, part === changed ? mutate(part.body, random) : part.body)
      for (const { answer, ms } of await askAll(path, columns, by)) {
        seen.slowest = Math.max(seen.slowest, ms)
        if (!answer.ok) expect(REASONS, `round ${round}: ${answer.message}`).toContain(answer.reason)
        seen[answer.ok ? 'answered' : 'refused'] += 1
      }
      seen.grownBy = Math.max(seen.grownBy, memoryOf(pid) - before)
      if (reader.pid() !== pid) {
        expect(await isWhole(name, columns), `after round ${round}`).toBe(true)
        pid = reader.pid()!
        seen.restarts += 1
      }
      await objects.removeAll(`${path}/`)
    }
    expect(seen.refused).toBeGreaterThan(ROUNDS)
    expect(seen.slowest).toBeLessThan(SLOWEST_MS)
    expect(seen.grownBy).toBeLessThan(GROWS_KB)
    if (process.env.READER_MUTATIONS !== undefined) console.info(name, ROUNDS, seen)
    expect(await isWhole(name, columns)).toBe(true)
  }, 60_000 + ROUNDS * 500)
})

describe('bytes that went bad on the store’s disk', () => {
  it('are never shown: the rows are right, or there is a refusal', async () => {
    const [name, columns] = TABLES[1]
    const random = seeded(SEED)
    const right = await reader.page({ path: `whole/${name}`, version: 0, columns: [...columns] }, WHOLE)
    expect(right.ok).toBe(true)
    const folder = join(store.folder, store.env.S3_BUCKET, 'whole', name)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    let refused = 0
    for (let round = 0; round < ROTTEN; round += 1) {
      const file = oneOf(random, files)
      const whole = readFileSync(file)
      const bad = Buffer.from(whole)
      bad[below(random, bad.length)]! ^= 1 << below(random, 8)
      writeFileSync(file, bad)
      const page = await reader.page({ path: `whole/${name}`, version: 0, columns: [...columns], mark: String(round) }, WHOLE)
      if (page.ok) expect(page, `round ${round}`).toEqual(right)
      else refused += 1
      writeFileSync(file, whole)
    }
    expect(refused).toBeGreaterThan(0)
  }, 180_000)
})
