/** The reader on real Delta tables in a real store: right rows or a named refusal, whatever is asked and whatever breaks. */
import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page, PageRequest, ResultColumn } from '#lib/domain/result.ts'
import { loadConfig, type Config } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader, FILE_LIMITS, READER_LIMITS, WIDE_LIMITS } from '#server/reader/create-reader.ts'

const prefix = `tests/${randomUUID()}`
const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const objects = createMinioObjects(config.s3)
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
const make = (changed: Partial<Config> = {}, limits = READER_LIMITS, wideLimits = WIDE_LIMITS) => {
  const with_ = { ...config, ...changed }
  return createReader({ config: with_, log, objects: createMinioObjects(with_.s3) }, limits, FILE_LIMITS, wideLimits)
}
let reader: ReturnType<typeof make>

const columnsOf = (types: Record<string, string>): ResultColumn[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const table = (name: string, types: Record<string, string>, version = 0) => ({ path: `${prefix}/${name}`, version, columns: columnsOf(types) })
const ODD = table('odd', {
  big: 'bigint', dec: 'decimal(38,3)', day: 'date', at: 'timestamp', local: 'timestamp_ntz', bytes: 'binary', nested: 'struct<a:bigint,b:array<string>>',
  pairs: 'map<string,bigint>', float: 'double', flag: 'boolean', text: 'string', 'we"ird; drop table': 'int',
})
const TIES = table('ties', { group: 'int', n: 'bigint' })
const request = (change: Partial<PageRequest> = {}): PageRequest => ({ offset: 0, limit: 100, sort: [], filter: [], ...change })
async function pageOf(...args: Parameters<typeof reader.page>): Promise<Page> {
  const page = await reader.page(...args)
  if (!page.ok) throw new Error(`${page.reason}: ${page.message}`)
  return page.value
}
const rowsWhere = async (column: string, operator: PageRequest['filter'][number]['operator'], value: string | null) =>
  (await pageOf(ODD, request({ filter: [{ column, operator, value }] }))).rows.map((row) => row[11])

beforeAll(async () => {
  await promisify(execFile)(config.python, [fileURLToPath(new URL('../../support/delta_tables.py', import.meta.url)), prefix], { env: process.env })
  reader = make()
  await reader.check()
})
afterAll(async () => {
  await reader.close()
  await objects.removeAll(`${prefix}/`)
})

describe('values', () => {
  it('rounds nothing and loses nothing [B6]', async () => {
    const { rows, total } = await pageOf(ODD, request())
    expect(total).toBe(3)
    expect(rows[0]).toEqual([
      '9223372036854775807', '12345678901234567890123456789012345.678', '1582-10-04', '2024-03-31 02:30:00.123456+00', '2024-03-31 02:30:00',
      String.raw`\x00\xFF\x10`, { a: '1', b: ['x', null] }, [{ key: 'k', value: '1' }], 'NaN', true, 'a "q"\n\tline', 1,
    ])
    expect(rows[1]).toEqual(['-9007199254740993', '-0.001', '9999-12-31', '1969-12-31 23:59:59.999999+00', '0001-01-01 00:00:00', '', { a: null, b: [] }, [], '-Infinity', false, 'ünïcode 🚢', 2])
    expect(rows[2]).toEqual([null, null, null, null, null, null, null, null, null, null, null, 3])
  })

  it('cuts a very long text and says so', async () => {
    const { rows } = await pageOf(table('long', { text: 'string' }), request())
    expect(rows[0]?.[0]).toMatch(/^x{20000}… \(30000 more characters\)$/)
    expect(rows[1]).toEqual(['short'])
  })

  it('cuts pictures and long nested values too, whatever the page, and gives one of them whole', async () => {
    const bulky = table('bulky', { picture: 'binary', nested: 'array<int>', text: 'string' })
    const { rows } = await pageOf(bulky, request())
    expect(rows).toHaveLength(40)
    expect(JSON.stringify(rows).length).toBeLessThan(40 * 70_000)
    expect(rows[1]?.[0]).toBe(`${String.raw`\x01`.repeat(5000)}… (995000 more bytes)`)
    expect(rows[1]?.[1]).toMatch(/^\[0,1,2,.*… \(28891 more characters\)$/)
    const one = async (first: number, row: number, change: Partial<PageRequest> = {}) => (await pageOf(bulky, request({ offset: row, limit: 1, columns: { first, count: 1 }, isWhole: true, ...change }))).rows[0]?.[0]
    expect(await one(1, 39)).toEqual(Array.from({ length: 10_000 }, (_, n) => n))
    expect(await one(2, 0)).toBe(`${'x'.repeat(2_000_000)}… (1000000 more characters)`)
    expect(await one(0, 2)).toBe(`${String.raw`\x02`.repeat(500_000)}… (500000 more bytes)`)
    // Only of one value: a page stays small.
    expect(await one(2, 0, { limit: 2 })).toMatch(/^x{20000}…/)
    expect(await one(2, 0, { columns: { first: 2, count: 2 } })).toMatch(/^x{20000}…/)
  })

  it('gives an empty table no rows', async () => {
    expect(await pageOf(table('empty', { n: 'bigint', text: 'string' }), request())).toMatchObject({ rows: [], total: 0 })
  })
})

describe('filters', () => {
  it.each([
    ['big', '=', '9223372036854775807', [1]], ['big', '>', '-9007199254740993.5', [1, 2]], ['big', '<', '99999999999999999999999', [1, 2]],
    ['dec', '=', '12345678901234567890123456789012345.678', [1]], ['dec', '<', '0', [2]],
    ['day', '<', '1600-01-01', [1]], ['at', '>=', '2024-03-31 04:30:00.123456+02', [1]], ['at', '<', '1970-01-01', [2]], ['local', '=', '2024-03-31 02:30:00', [1]],
    ['float', '=', 'NaN', [1]], ['float', '<', '0', [2]], ['flag', '!=', 'true', [2, 3]], ['flag', '=', ' TRUE ', [1]],
    ['text', 'contains', 'ÜNÏ', [2]], ['text', '=', 'a "q"\n\tline', [1]], ['text', '!=', 'x', [1, 2, 3]], ['nested', 'contains', 'x', [1]],
    ['text', 'not-contains', 'ÜNÏ', [1, 3]], ['text', 'starts-with', 'A "Q', [1]], ['text', 'starts-with', '"q', []], ['nested', 'not-contains', 'x', [2, 3]],
    // As the table shows it.
    ['nested', 'contains', '"b":["x",null]', [1]],
    ['bytes', 'is-null', null, [3]], ['bytes', 'is-not-null', null, [1, 2]], ['we"ird; drop table', '>=', '2', [2, 3]],
  ] as const)('%s %s %s', async (column, operator, value, expected) => {
    expect(await rowsWhere(column, operator, value)).toEqual(expected)
  })

  it.each([
    ['big', '=', 'abc', 'filter-invalid'], ['day', '=', 'yesterday', 'filter-invalid'], ['flag', '=', 'maybe', 'filter-invalid'], ['nested', '=', '{}', 'filter-invalid'],
    ['bytes', 'contains', 'x', 'filter-invalid'], ['big', '=', null, 'filter-invalid'], ['big', 'starts-with', '9', 'filter-invalid'], ['big', 'is-empty', null, 'filter-invalid'], ['nothing', '=', '1', 'column-missing'],
  ] as const)('refuses %s %s %s: %s', async (column, operator, value, reason) => {
    const page = await reader.page(ODD, request({ filter: [{ column, operator, value }] }))
    expect(page).toMatchObject({ ok: false, reason })
  })

  it.each([['is-empty', [1, 2]], ['is-not-empty', [3]], ['is-null', [2]], ['not-contains', [1, 2]]] as const)('tells an empty text from none: %s', async (operator, expected) => {
    const { rows } = await pageOf(table('blank', { n: 'bigint', text: 'string' }), request({ filter: [{ column: 'text', operator, value: operator === 'not-contains' ? 'A' : null }] }))
    expect(rows.map(([n]) => Number(n))).toEqual(expected)
  })

  it('takes every value as a value [S23]', async () => {
    const attacks = ["' OR 1=1 --", "'; DROP TABLE t1; --", '$1', '\\', '%', '_', '\0', "' UNION SELECT * FROM duckdb_secrets() --"]
    for (const attack of attacks) expect(await rowsWhere('text', '=', attack), attack).toEqual([])
    for (const attack of attacks) {
      expect(await reader.page(ODD, request({ sort: [{ column: attack, direction: 'asc' }] }))).toMatchObject({ ok: false, reason: 'column-missing' })
    }
  })
})

describe('order', () => {
  it('opens no file for a page but those that it shows, when the number of rows is known', async () => {
    const parts = { ...table('parts', { n: 'bigint' }, 11), rows: 6000 }
    const [[last]] = (await pageOf(parts, request({ offset: 5990, limit: 10 }))).rows as [[string]]
    const files = await Promise.all(Array.from({ length: 12 }, async (_, at) => {
      const commit = Buffer.from((await objects.get(`${prefix}/parts/_delta_log/${String(at).padStart(20, '0')}.json`)) ?? '').toString()
      return commit.split('\n').flatMap((line): { path: string; stats: string }[] => (line.startsWith('{"add"') ? [(JSON.parse(line) as { add: { path: string; stats: string } }).add] : []))
    }))
    const least = Math.floor(Number(last) / 500) * 500
    const file = files.flat().find(({ stats }) => (JSON.parse(stats) as { minValues: { n: number } }).minValues.n === least)
    await objects.put(`${prefix}/parts/${file?.path ?? 'none'}`, new Uint8Array([1]))
    const fresh = make()
    expect(await fresh.page(parts, request())).toMatchObject({ ok: true, value: { total: 6000, rows: { length: 100 } } })
    expect((await fresh.page(parts, request({ offset: 5990, limit: 10 }))).ok).toBe(false)
    await fresh.close()
  })

  it('counts the rows where those that are said to be there are not, or are not all', async () => {
    expect(await pageOf({ ...TIES, rows: 9000 }, request({ offset: 4990 }))).toMatchObject({ total: 5000, rows: { length: 10 } })
    expect(await pageOf({ ...TIES, rows: 9000 }, request({ offset: 7000 }))).toMatchObject({ total: 5000, rows: { length: 0 } })
    expect(await pageOf({ ...TIES, rows: 50 }, request())).toMatchObject({ total: 5000, rows: { length: 100 } })
    expect(await pageOf({ ...TIES, rows: 5000 }, request({ offset: 4900 }))).toMatchObject({ total: 5000, rows: { length: 100 } })
  })

  it('pages of a sorted table with ties join into the whole table, once each', async () => {
    const seen: unknown[] = []
    for (let offset = 0; offset < 5000; offset += 700) {
      const page = await pageOf(TIES, request({ offset, limit: 700, sort: [{ column: 'group', direction: 'desc' }] }))
      seen.push(...page.rows.map((row) => row[1]))
    }
    const expected = [2, 1, 0].flatMap((group) => Array.from({ length: 5000 }, (_, n) => n).filter((n) => n % 3 === group).map(String))
    expect(seen).toEqual(expected)
  })

  it('puts nulls last both ways, and knows the total of a filter', async () => {
    for (const direction of ['asc', 'desc'] as const) {
      const { rows } = await pageOf(ODD, request({ sort: [{ column: 'big', direction }] }))
      expect(rows.at(-1)?.[0]).toBeNull()
    }
    expect(await pageOf(TIES, request({ limit: 1, filter: [{ column: 'group', operator: '=', value: '1' }] }))).toMatchObject({ total: 1667 })
  })
})

describe('tables that cannot be read', () => {
  it.each([
    ['nothing-here', {}, 'result-gone'], ['missing', { n: 'bigint' }, 'result-gone'], ['future', { n: 'bigint' }, 'table-unreadable'],
    ['garbage', { n: 'bigint' }, 'table-unreadable'], ['ties', { other: 'bigint' }, 'table-unreadable'],
  ])('%s is a named refusal', async (name, types, reason) => {
    expect(await reader.page(table(name, { n: 'bigint', ...types }), request())).toMatchObject({ ok: false, reason })
  })

  it.each([['future', 'reader version 99'], ['fancy', 'fancyRows']])('%s is refused by the name of what it asks for, however long its log', async (name, feature) => {
    const refusal = { ok: false, reason: 'table-unreadable', message: `This Delta table uses a feature that DataHarbour cannot read: ${feature}.` }
    const asking = table(name, { group: 'int', n: 'bigint' })
    expect(await reader.page(asking, request())).toMatchObject(refusal)
    expect(await reader.page({ ...asking, mark: 'long', log: { checkpoint: [], commits: 1 } }, request())).toMatchObject(refusal)
  })

  it('reads the version that was recorded, and no other', async () => {
    expect((await pageOf(table('two', { n: 'bigint' }), request())).rows).toEqual([['1']])
    expect((await pageOf(table('two', { n: 'bigint' }, 1), request({ sort: [{ column: 'n', direction: 'asc' }] }))).rows).toEqual([['1'], ['2']])
    expect(await reader.page(table('two', { n: 'bigint' }, 2), request())).toMatchObject({ ok: false, reason: 'table-unreadable' })
  })

  it.each(['absolute', 'relative', 'escaped', 'bucket', 'file'])('never follows a log that points outside its folder: %s [S24]', async (name) => {
    const page = await reader.page(table(`forged-${name}`, { group: 'int', n: 'bigint' }), request())
    expect(page).toMatchObject({ ok: false, reason: 'table-unreadable', message: expect.stringContaining('outside its own folder') })
  })

  it('refuses a path that leaves its place [S24]', async () => {
    for (const path of ['../ties', `${prefix}/../x`, "x' AS y; --", '']) {
      expect(await reader.page({ ...TIES, path }, request()), path).toMatchObject({ ok: false, reason: 'table-unreadable' })
    }
  })
})

describe('when things break', () => {
  it('a killed reader process refuses what was asked, and the next question is answered', async () => {
    const own = make()
    await own.check()
    const asked = Array.from({ length: 4 }, (_, n) => own.page(TIES, request({ offset: n, sort: [{ column: 'n', direction: 'desc' }] })))
    process.kill(own.pid()!, 'SIGKILL')
    for (const answer of await Promise.all(asked)) if (!answer.ok) expect(answer.reason).toBe('reader-unavailable')
    expect(await own.page(TIES, request({ limit: 1 }))).toMatchObject({ ok: true, value: { total: 5000 } })
    await own.close()
  })

  it('a table that breaks the engine is refused by name, and what others asked at that moment is answered [B6]', async () => {
    const own = make()
    await own.check()
    const twisted = table('twisted', { n: 'bigint', nested: 'struct<a:bigint,b:array<string>>' })
    for (let turn = 0; turn < 3; turn += 1) {
      const [bad, ...good] = await Promise.all([own.page(twisted, request()), ...Array.from({ length: 6 }, (_, n) => own.page(TIES, request({ offset: n, limit: 1 })))])
      expect(bad).toMatchObject({ ok: false, reason: 'table-unreadable' })
      for (const answer of good) expect(answer).toMatchObject({ ok: true, value: { total: 5000 } })
    }
    await own.close()
  })

  it('a process that has grown is started anew when nobody asks', async () => {
    const own = make({}, { ...READER_LIMITS, retireAtMb: 1 })
    await own.check()
    const first = own.pid()
    for (let n = 0; n < 60; n += 1) expect(await own.page(TIES, request({ limit: 1 }))).toMatchObject({ ok: true })
    expect(own.pid()).not.toBe(first)
    await own.close()
  })

  it('a question that needs more memory than the reader has is answered by a process that has more', async () => {
    const many = table('many', { n: 'bigint' })
    const last = request({ limit: 2, sort: [{ column: 'n', direction: 'desc' }] })
    const small = { ...READER_LIMITS, memoryLimit: '4MB' }
    for (const [wide, expected] of [[{ ...WIDE_LIMITS, memoryLimit: '4MB' }, { ok: false, reason: 'reader-unavailable' }], [WIDE_LIMITS, { ok: true, value: { total: 1_048_576, rows: [['1048575'], ['1048574']] } }]] as const) {
      const own = make({}, small, wide)
      expect(await own.page(many, last)).toMatchObject(expected)
      await own.close()
    }
  })

  it('a hanging reader process is ended in time, and the next question is answered', async () => {
    const own = make({}, { ...READER_LIMITS, timeLimitMs: 400, graceMs: 200, storeCheckAfterMs: 10_000 })
    await own.check()
    const hung = own.pid()!
    process.kill(hung, 'SIGSTOP')
    const startedAt = Date.now()
    expect(await own.page(TIES, request())).toMatchObject({ ok: false, reason: 'reader-timeout' })
    expect(Date.now() - startedAt).toBeLessThan(2000)
    await expect.poll(async () => (await own.page(TIES, request({ limit: 1 }))).ok, { timeout: 8000 }).toBe(true)
    expect(own.pid()).not.toBe(hung)
    await own.close()
  })

  it('a store that is down is named within seconds', async () => {
    const own = make({ s3: { ...config.s3, endpoint: 'http://127.0.0.1:9' } })
    await own.check()
    const startedAt = Date.now()
    expect(await own.page(TIES, request())).toMatchObject({ ok: false, reason: 'storage-unavailable' })
    expect(Date.now() - startedAt).toBeLessThan(5000)
    await own.close()
  })

  it('a store that takes the connection and says nothing is named too', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const own = make({ s3: { ...config.s3, endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` } })
    expect(await own.page(TIES, request())).toMatchObject({ ok: false, reason: 'storage-unavailable' })
    await own.close()
    silent.close()
  })

  it('a reader without its extensions refuses, and says so when it is checked', async () => {
    const own = make({ duckdbExtensionsDir: '/nowhere' })
    await expect(own.check()).rejects.toThrow(/reader/)
    expect(await own.page(TIES, request())).toMatchObject({ ok: false, reason: 'reader-unavailable' })
    await own.close()
  })

  it('each of its processes spills into a folder of its own, which goes with it; those of a server that was killed go at the next start', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'dh-spill-'))
    const spills = () => readdirSync(join(dataDir, 'run', 'reader')).filter((name) => name.startsWith('spill-'))
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    // In a container the next process has the number of the one before.
    for (const pid of [gone, process.pid]) mkdirSync(join(dataDir, 'run', 'reader', `spill-${pid}-left`), { recursive: true })
    const [own, sibling] = [make({ dataDir }), make({ dataDir })]
    const file = await own.file(TIES, { format: 'csv', sort: [], filter: [], columns: null } as never)
    if (file.ok) await file.value.body.cancel()
    await sibling.check()
    expect(file.ok).toBe(true)
    expect(new Set(spills()).size).toBe(3)
    expect(spills().some((name) => name.includes('left'))).toBe(false)
    await Promise.all([own.close(), sibling.close()])
    await expect.poll(spills).toEqual([])
    rmSync(dataDir, { recursive: true })
  })

  it('a page that nobody waits for any more leaves its place to others', async () => {
    const own = make({}, { ...READER_LIMITS, atOnce: 1 })
    await own.check()
    const signal = AbortSignal.abort()
    expect(await own.page(TIES, request(), signal)).toMatchObject({ ok: false, reason: 'cancelled' })
    const leaving = new AbortController()
    const [first, second] = [own.page(TIES, request({ sort: [{ column: 'n', direction: 'desc' }] }), leaving.signal), own.chart(TIES, { mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count' }, leaving.signal)]
    leaving.abort()
    expect(await Promise.all([first, second])).toMatchObject([{ ok: false, reason: 'cancelled' }, { ok: false, reason: 'cancelled' }])
    expect(await own.page(TIES, request())).toMatchObject({ ok: true })
    await own.close()
  })

  it('who waits for a table that another was attaching is answered when that one goes away in the middle', async () => {
    for (let turn = 0; turn < 8; turn += 1) {
      // Another mark is another table: each turn attaches anew.
      const fresh = { ...TIES, mark: `turn ${turn}` }
      const leaving = new AbortController()
      const [first, second] = [reader.page(fresh, request(), leaving.signal), reader.page(fresh, request({ offset: 3 }))]
      setTimeout(() => leaving.abort(), turn * 2)
      expect([(await first).ok, await second]).toMatchObject([expect.any(Boolean), { ok: true }])
    }
  })

  it('a closed reader refuses, and leaves no process', async () => {
    const own = make()
    await own.check()
    const pid = own.pid()!
    await own.close()
    expect(await own.page(TIES, request())).toMatchObject({ ok: false, reason: 'reader-unavailable' })
    expect(() => process.kill(pid, 0)).toThrow()
  })
})
