/** What is made of a whole table without Spark: files to keep, places where a text stands, and what its columns hold. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader, FILE_LIMITS, READER_LIMITS } from '#server/reader/create-reader.ts'
import { bookOf } from '../../support/read-workbook.ts'

const prefix = `tests/${randomUUID()}`
const dataDir = mkdtempSync(join(tmpdir(), 'dh-views-'))
const config = { ...loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), dataDir }
const objects = createMinioObjects(config.s3)
const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
const reader = createReader({ config, log, objects }, READER_LIMITS, { ...FILE_LIMITS, graceMs: 300 })
const filesDir = join(dataDir, 'run', 'reader', 'files')

const columnsOf = (types: Record<string, string>): ResultColumn[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const table = (name: string, types: Record<string, string>) => ({ path: `${prefix}/${name}`, version: 0, columns: columnsOf(types) })
const ODD = table('odd', {
  big: 'bigint', dec: 'decimal(38,3)', day: 'date', at: 'timestamp', local: 'timestamp_ntz', bytes: 'binary', nested: 'struct<a:bigint,b:array<string>>',
  pairs: 'map<string,bigint>', float: 'double', flag: 'boolean', text: 'string', 'we"ird; drop table': 'int',
})
const TIES = table('ties', { group: 'int', n: 'bigint' })
const FORMULAS = table('formulas', { '=name': 'string', n: 'int', at: 'timestamp', amount: 'decimal(10,2)' })
const request = (change: Partial<FileRequest> = {}): FileRequest => ({ format: 'csv', columns: null, hasBom: false, sort: [], filter: [], ...change })

async function fileOf(of: typeof ODD, change: Partial<FileRequest> = {}): Promise<Buffer> {
  const file = await reader.file(of, request(change))
  if (!file.ok) throw new Error(`${file.reason}: ${file.message}`)
  const bytes = Buffer.from(await new Response(file.value.body).arrayBuffer())
  expect(bytes.length).toBe(file.value.bytes)
  return bytes
}
const linesOf = async (of: typeof ODD, change: Partial<FileRequest> = {}) => (await fileOf(of, change)).toString().split('\r\n')

beforeAll(async () => {
  await promisify(execFile)(config.python, [fileURLToPath(new URL('../../support/delta_tables.py', import.meta.url)), prefix], { env: process.env })
  await reader.check()
})
afterAll(async () => {
  await reader.close()
  await objects.removeAll(`${prefix}/`)
  rmSync(dataDir, { recursive: true, force: true })
})

describe('CSV', () => {
  it('holds every value as it is: text in quotes, null as nothing [B6]', async () => {
    const lines = await linesOf(ODD)
    expect(lines[0]).toBe('"big","dec","day","at","local","bytes","nested","pairs","float","flag","text","we""ird; drop table"')
    expect(lines[1]).toBe(String.raw`9223372036854775807,12345678901234567890123456789012345.678,1582-10-04,2024-03-31 02:30:00.123456+00,2024-03-31 02:30:00,"\x00\xFF\x10","{""a"":1,""b"":[""x"",null]}","{""k"":1}",NaN,true,"a ""q""` + '\n\tline",1')
    expect(lines[2]).toBe('-9007199254740993,-0.001,9999-12-31,1969-12-31 23:59:59.999999+00,0001-01-01 00:00:00,"","{""a"":null,""b"":[]}","{}",-Infinity,false,"ünïcode 🚢",2')
    expect(lines.slice(3)).toEqual([',,,,,,,,,,,3', ''])
  })

  it('makes no formula of a text, and leaves a number alone', async () => {
    expect(await linesOf(FORMULAS, { columns: ['=name', 'n', 'amount'] })).toEqual([
      `"'=name","n","amount"`, `"'=1+1",-1,-1.50`, `"'+x",2,2.00`, `"'-x",3,3.00`, `"'@SUM(A1)",4,4.00`, `"'\tx",5,5.00`, `"'\rx",6,6.00`, '"a=1 & <b> _x0041_",7,12345678.90', ',8,', '',
    ])
  })

  it('is the view: its filter, its order, its columns', async () => {
    const lines = await linesOf(TIES, { columns: ['n', 'group'], sort: [{ column: 'group', direction: 'desc' }], filter: [{ column: 'n', operator: '<', value: '7' }] })
    expect(lines).toEqual(['"n","group"', '2,2', '5,2', '1,1', '4,1', '0,0', '3,0', '6,0', ''])
  })

  it('begins with a mark for Excel when it is asked to, and is whole', async () => {
    const text = (await fileOf(TIES, { hasBom: true })).toString()
    expect(text.startsWith('\ufeff"group","n"\r\n0,0\r\n')).toBe(true)
    expect(text.split('\r\n')).toHaveLength(5002)
  })

  it('writes a null that stands alone so that its line is a row', async () => {
    expect(await linesOf(table('odd', { text: 'string' }), { columns: ['text'] })).toEqual(['"text"', '"a ""q""\n\tline"', '"ünïcode 🚢"', '""', ''])
  })
})

describe('Parquet', () => {
  it('keeps types and values, in the order of the view [B6]', async () => {
    const path = join(dataDir, 'odd.parquet')
    writeFileSync(path, await fileOf(ODD, { format: 'parquet', sort: [{ column: 'we"ird; drop table', direction: 'desc' }] }))
    const script = 'import pyarrow.parquet as p, sys; t = p.read_table(sys.argv[1]); print([str(f.type).replace("map<string, int64 (\'pairs\')>", "map") for f in t.schema]); print(t["big"].to_pylist(), t["dec"].to_pylist()[2], t["day"].to_pylist()[2], t["at"].to_pylist()[2], t["nested"].to_pylist()[2])'
    const { stdout } = await promisify(execFile)(config.python, ['-c', script, path])
    expect(stdout.split('\n')[0]).toBe("['int64', 'decimal128(38, 3)', 'date32[day]', 'timestamp[us, tz=UTC]', 'timestamp[us]', 'binary', 'struct<a: int64, b: list<element: string>>', 'map', 'double', 'bool', 'string', 'int32']")
    expect(stdout.split('\n')[1]).toBe("[None, -9007199254740993, 9223372036854775807] 12345678901234567890123456789012345.678 1582-10-04 2024-03-31 02:30:00.123456+00:00 {'a': 1, 'b': ['x', None]}")
  })
})

describe('Excel', () => {
  it('holds numbers as numbers, days as days, and as text what Excel would change [B6]', async () => {
    const rows = await bookOf(config.python, await fileOf(ODD, { format: 'xlsx' }))
    expect(rows[0]).toEqual(ODD.columns.map(({ name }) => `text:${name}`))
    expect(rows[1]).toEqual([
      'text:9223372036854775807', 'text:12345678901234567890123456789012345.678', 'text:1582-10-04', 'number/2:45382.10416809555', 'number/2:45382.104166666664',
      String.raw`text:\x00\xFF\x10`, 'text:{"a":1,"b":["x",null]}', 'text:{"k":1}', 'text:NaN', 'yes:1', 'text:a "q"\n\tline', 'number:1',
    ])
    expect(rows[2]?.slice(0, 4)).toEqual(['text:-9007199254740993', 'number:-0.001', 'number/1:2958465', 'number/2:25568.99999999999'])
    expect(rows[3]).toEqual([...Array.from({ length: 11 }, () => ''), 'number:3'])
  })

  it('makes no formula of a text, and writes signs that XML has no place for', async () => {
    const rows = await bookOf(config.python, await fileOf(FORMULAS, { format: 'xlsx', columns: ['=name', 'n', 'amount'] }))
    expect(rows.map(([text]) => text)).toEqual(["text:'=name", "text:'=1+1", "text:'+x", "text:'-x", "text:'@SUM(A1)", "text:'\tx", "text:'_x000D_x", 'text:a=1 & <b> _x005F_x0041_', ''])
    expect(rows[7]?.slice(1)).toEqual(['number:7', 'number:12345678.90'])
  })

  it('says how much of a very long text is missing', async () => {
    const rows = await bookOf(config.python, await fileOf(table('long', { text: 'string' }), { format: 'xlsx' }))
    expect(rows[1]?.[0]).toMatch(/^text:x{16000}… \(34000 more characters\)$/)
  })

  it('refuses what a sheet cannot hold, and offers what can', async () => {
    const many = await reader.file(table('many', { n: 'bigint' }), request({ format: 'xlsx' }))
    expect(many).toMatchObject({ ok: false, reason: 'too-large', message: expect.stringContaining('Take CSV or Parquet') })
    expect(await bookOf(config.python, await fileOf(table('many', { n: 'bigint' }), { format: 'xlsx', filter: [{ column: 'n', operator: '<', value: '2' }] }))).toEqual([['text:n'], ['number:0'], ['number:1']])
  })
})

describe('a download', () => {
  it.each([['column-missing', { columns: ['nothing'] }], ['filter-invalid', { filter: [{ column: 'n', operator: '=' as const, value: 'abc' }] }]])('refuses: %s', async (reason, change) => {
    expect(await reader.file(TIES, request(change))).toMatchObject({ ok: false, reason })
  })

  it('of a table that points elsewhere is refused like its pages [S24]', async () => {
    expect(await reader.file(table('forged-relative', { group: 'int', n: 'bigint' }), request({ format: 'parquet' }))).toMatchObject({ ok: false, reason: 'table-unreadable' })
  })

  it('that nobody waits for is stopped and leaves nothing behind', async () => {
    const gone = new AbortController()
    const file = reader.file(table('many', { n: 'bigint' }), request({ sort: [{ column: 'n', direction: 'desc' }] }), gone.signal)
    await expect.poll(() => readdirSync(filesDir).length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0)
    gone.abort()
    expect(await file).toMatchObject({ ok: false, reason: 'cancelled' })
    await expect.poll(() => readdirSync(filesDir), { timeout: 1200 }).toEqual([])
  })

  it('has no name on the disk while it is taken, and is gone when it is given up', async () => {
    const file = await reader.file(TIES, request())
    if (!file.ok) throw new Error(file.message)
    expect(readdirSync(filesDir)).toEqual([])
    const taken = file.value.body.getReader()
    expect((await taken.read()).value?.length).toBeGreaterThan(1000)
    await taken.cancel()
  })

  it('keeps no page waiting, however many are asked for', async () => {
    const downloads = Array.from({ length: 6 }, () => reader.file(table('many', { n: 'bigint' }), request({ sort: [{ column: 'n', direction: 'desc' }] })))
    expect(await reader.page(TIES, { offset: 0, limit: 1, sort: [], filter: [] })).toMatchObject({ ok: true })
    for (const file of await Promise.all(downloads)) {
      expect(file.ok).toBe(true)
      if (file.ok) await file.value.body.cancel()
    }
  })
})

describe('looking for a text', () => {
  const find = async (of: typeof ODD, text: string, change: object = {}) => {
    const found = await reader.find(of, { text, offset: 0, limit: 100, sort: [], filter: [], ...change })
    if (!found.ok) throw new Error(found.message)
    return found.value
  }

  it.each([
    ['ÜNÏ', [{ row: 1, columns: [10] }]], ['9007', [{ row: 1, columns: [0] }]], ['1582-10', [{ row: 0, columns: [2] }]], ['nan', [{ row: 0, columns: [8] }]], ['"k"', [{ row: 0, columns: [7] }]],
    ['a "q"\n', [{ row: 0, columns: [10] }]], ['%', []], ["' OR 1=1 --", []],
  ])('%j', async (text, hits) => expect(await find(ODD, text)).toEqual({ total: hits.length, hits }))

  it('counts all and gives a part, by the place in the view', async () => {
    expect(await find(TIES, '499', { offset: 1, limit: 2 })).toEqual({ total: 15, hits: [{ row: 1499, columns: [1] }, { row: 2499, columns: [1] }] })
    const view = { sort: [{ column: 'n', direction: 'desc' }], filter: [{ column: 'group', operator: '=', value: '1' }] }
    expect(await find(TIES, '4999', view)).toEqual({ total: 1, hits: [{ row: 0, columns: [1] }] })
    expect(await find(TIES, '4996', view)).toEqual({ total: 1, hits: [{ row: 1, columns: [1] }] })
  })

  it('reads a table of thousands of columns', async () => {
    const wide = table('wide', Object.fromEntries(Array.from({ length: 1200 }, (_, at) => [`c${at}`, 'int'])))
    expect(await find(wide, '1199')).toEqual({ total: 2, hits: [{ row: 0, columns: [1199] }, { row: 1, columns: [199] }] })
    expect(await reader.page(wide, { offset: 0, limit: 5, sort: [{ column: 'c1', direction: 'desc' }], filter: [], columns: { first: 1190, count: 3 } })).toMatchObject({ ok: true, value: { columns: [{ name: 'c1190' }, { name: 'c1191' }, { name: 'c1192' }], rows: [[2190, 2191, 2192], [1190, 1191, 1192]] } })
  })

  it('ends when nobody waits for it', async () => {
    const gone = new AbortController()
    gone.abort()
    expect(await reader.find(TIES, { text: '1', offset: 0, limit: 1, sort: [], filter: [] }, gone.signal)).toMatchObject({ ok: false, reason: 'cancelled' })
  })
})

describe('what columns hold', () => {
  const summariesOf = async (of: typeof ODD, ...columns: string[]) => {
    const found = await reader.summaries(of, columns)
    if (!found.ok) throw new Error(found.message)
    return found.value
  }

  it('tells null, NaN and the infinities apart', async () => {
    expect(await summariesOf(ODD, 'float')).toEqual([{ column: 'float', rows: 3, nulls: 1, nans: 1, infinities: 1, distinct: 2, isDistinctExact: true, min: null, max: null, mean: null, bins: null, top: null }])
  })

  it('of every type: figures exact, least and greatest as a page shows them [B6]', async () => {
    const found = await summariesOf(ODD, ...ODD.columns.map(({ name }) => name))
    expect(found.map(({ nulls, distinct, min, max }) => [nulls, distinct, min, max])).toEqual([
      [1, 2, '-9007199254740993', '9223372036854775807'], [1, 2, '-0.001', '12345678901234567890123456789012345.678'], [1, 2, '1582-10-04', '9999-12-31'],
      [1, 2, '1969-12-31 23:59:59.999999+00', '2024-03-31 02:30:00.123456+00'], [1, 2, '0001-01-01 00:00:00', '2024-03-31 02:30:00'], [1, 2, null, null], [1, null, null, null], [1, null, null, null],
      [1, 2, null, null], [1, 2, false, true], [1, 2, 'a "q"\n\tline', 'ünïcode 🚢'], [0, 3, 1, 3],
    ])
  })

  it('draws numbers and days in bins that hold every value, and texts by the commonest', async () => {
    const [group, n] = await summariesOf(TIES, 'group', 'n')
    expect(n).toMatchObject({ distinct: 5000, min: '0', max: '4999', mean: 2499.5, bins: { from: 0, to: 4999 } })
    expect(n?.bins?.counts).toEqual(Array.from({ length: 20 }, () => 250))
    expect(group?.bins?.counts.filter((count) => count > 0)).toEqual([1667, 1667, 1666])
    const [x] = await summariesOf(table('axes', { x: 'string' }), 'x')
    expect(x).toMatchObject({ distinct: 2, top: [{ value: 'a', count: 2 }, { value: 'b', count: 1 }] })
  })

  it('of an empty table and of a column that is not there', async () => {
    expect(await summariesOf(table('empty', { n: 'bigint', text: 'string' }), 'n', 'text')).toMatchObject([{ rows: 0, nulls: 0, distinct: 0, min: null, bins: null }, { rows: 0, top: [] }])
    expect(await reader.summaries(TIES, ['nothing'])).toMatchObject({ ok: false, reason: 'column-missing' })
  })
})
