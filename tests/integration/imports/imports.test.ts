/** What people bring in becomes a table: each format, what is wrong in a file, and an import that is stopped or loses its process. Real store, real reader, real child. */
import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImportTarget } from '#lib/domain/import.ts'
import type { PageRequest } from '#lib/domain/result.ts'
import { listFiles } from '#server/data/list-files.ts'
import { listTables } from '#server/data/list-tables.ts'
import { readTableHistory } from '#server/data/read-table-history.ts'
import { readTablePage } from '#server/data/read-table-rows.ts'
import { readTable } from '#server/data/read-table.ts'
import { endForsakenImports } from '#server/imports/change-import.ts'
import { cancelImport, readImport } from '#server/imports/read-import.ts'
import { requestImport } from '#server/imports/request-import.ts'
import { imports } from '#server/store/schema/uploads.ts'
import { readUpload } from '#server/uploads/read-upload.ts'
import { bringIn } from '../../../workers/imports/bring-in.ts'
import { createDataWorld } from '../../support/data-world.ts'
import { good, uploadsWorld } from '../../support/uploads-world.ts'

const world = await createDataWorld()
const sends = uploadsWorld(world)
afterAll(() => world.close())

const rowsOf = async (table: string, limit = 100, filter: PageRequest['filter'] = []) => {
  const page = await readTablePage(world.deps, sends.actor, { workspaceId: sends.slug, schema: 'default', table, version: null, page: { offset: 0, limit, sort: [], filter } })
  return good(page)
}
const typesOf = async (table: string) => good(await readTable(world.deps, sends.actor, { workspaceId: sends.slug, schema: 'default', table, version: null })).columns.map(({ name, type }) => `${name} ${type}`)
const hasTable = async (table: string) => good(await listTables(world.deps, sends.actor, sends.slug)).tables.some((one) => one.table === table)
const python = (code: string, ...args: string[]) => promisify(execFile)(world.deps.config.python, ['-c', code, ...args])

describe('a table', () => {
  it('of CSV, with the types that all its rows have; codes stay text', async () => {
    const upload = await sends.send('Orders 2024.csv', 'id,zip,amount,day,at,is paid,note\n1,0150,1.5,2024-01-31,2024-01-31 10:00:00,true,"a, ""b""\nc"\n2,0151,,2024-02-01,2024-02-01T08:30:00Z,false,\n')
    const look = good(await sends.look(upload))
    expect(look.reading).toEqual({ format: 'csv', delimiter: ',', encoding: 'utf-8', hasHeader: true, width: 7 })
    expect(look.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['id bigint', 'zip string', 'amount double', 'day date', 'at timestamp', 'is_paid boolean', 'note string'])
    const made = await sends.make(upload, await sends.tableOf(upload, 'orders_2024'))
    expect(made).toMatchObject({ state: 'done', rows: 2, fraction: 1, message: null, badColumns: [] })
    expect(await typesOf('orders_2024')).toEqual(['id bigint', 'zip string', 'amount double', 'day date', 'at timestamp', 'is_paid boolean', 'note string'])
    expect((await rowsOf('orders_2024')).rows).toEqual([
      ['1', '0150', 1.5, '2024-01-31', '2024-01-31 10:00:00+00', true, 'a, "b"\nc'], ['2', '0151', null, '2024-02-01', '2024-02-01 08:30:00+00', false, null],
    ])
    expect(sends.told).toEqual([world.workspaceId])
    expect(await readUpload(world.deps, sends.actor, upload.id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(good(await readTableHistory(world.deps, sends.actor, { workspaceId: sends.slug, schema: 'default', table: 'orders_2024', before: null, limit: 5 })).commits).toMatchObject([{ by: { name: 'Olga' }, rowsAdded: 2 }])
  })

  it.each([
    ['semicolons, commas in numbers, days first', 'a.csv', Buffer.from('n;d\n1.234,5;31.12.2024\n2,25;01.02.2024\n'), ['n double', 'd date'], [[1234.5, '2024-12-31'], [2.25, '2024-02-01']]],
    ['tabs and Latin-1', 'b.tsv', Buffer.from('stadt\tzahl\nKöln\t1\n', 'latin1'), ['stadt string', 'zahl bigint'], [['Köln', '1']]],
    ['UTF-16 of a spreadsheet', 'c.csv', Buffer.from('\ufeffä,b\nß,2\n', 'utf16le'), ['ä string', 'b bigint'], [['ß', '2']]],
    ['a mark of UTF-8 in front', 'd.csv', Buffer.from('\ufeffid,x\n1,y\n'), ['id bigint', 'x string'], [['1', 'y']]],
    ['nothing but text, with Norway in it', 'no.csv', Buffer.from('city,country\nOslo,NO\nBergen,NO\n'), ['city string', 'country string'], [['Oslo', 'NO'], ['Bergen', 'NO']]],
    ['a quoted empty text, which is no null', 'q.csv', Buffer.from('id,note\n1,""\n2,\n3,x\n'), ['id bigint', 'note string'], [['1', ''], ['2', null], ['3', 'x']]],
    ['no names', 'e.csv', Buffer.from('1,2.5\n2,3.5\n'), ['column_1 bigint', 'column_2 double'], [['1', 2.5], ['2', 3.5]]],
    ['Windows’ line ends', 'f.csv', Buffer.from('id,x\r\n1,a\r\n2,b\r\n'), ['id bigint', 'x string'], [['1', 'a'], ['2', 'b']]],
    ['lines of JSON, nested', 'g.ndjson', Buffer.from('{"id":1,"p":{"x":1.5},"l":[1,2]}\n{"id":2,"p":null,"l":[]}\n'), ['id bigint', 'p struct<x:double>', 'l array<bigint>'], [['1', '{"x":1.5}', '["1","2"]'], ['2', null, '[]']]],
    ['an array of JSON', 'h.json', Buffer.from('[{"a":"x","b":true},{"a":"y"}]'), ['a string', 'b boolean'], [['x', true], ['y', null]]],
  ])('of %s', async (what, name, bytes, types, rows) => {
    const table = `t_${name.replace('.', '_')}`
    const upload = await sends.send(name, bytes)
    expect(await sends.make(upload, await sends.tableOf(upload, table)), what).toMatchObject({ state: 'done', rows: rows.length })
    expect(await typesOf(table)).toEqual(types)
    expect((await rowsOf(table)).rows.map((row) => row.map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)))).toEqual(rows)
  })

  it.each([
    ['CSV', 'long.csv', 'iccid,share,price,mixed\n89490200001234567890,0.30000000000000004,1234567890123456.7,1.5\n89490200001234567891,0.1,0.5,12345678901234567890\n'],
    ['JSON', 'long.ndjson', '{"iccid":89490200001234567890,"share":0.30000000000000004,"price":"1234567890123456.7","mixed":1.5}\n{"iccid":89490200001234567891,"share":0.1,"price":"0.5","mixed":12345678901234567890}\n'],
  ])('of %s with more digits than a number keeps, which stay text; chosen as numbers by hand they are none', async (what, name, content) => {
    const table = `long_${what.toLowerCase()}`
    const upload = await sends.send(name, content)
    expect(good(await sends.look(upload)).rows.map((row) => row.at(-1))).toEqual(['1.5', '12345678901234567890'])
    const target = await sends.tableOf(upload, table)
    const columns = target.columns.map((column) => (column.name === 'iccid' ? { ...column, type: 'double' as const } : column))
    expect(await sends.make(upload, { ...target, columns })).toMatchObject({ state: 'failed', badColumns: [{ name: 'iccid', type: 'double', count: 2, examples: [{ row: 1, text: '89490200001234567890' }, { row: 2 }] }] })
    expect(await sends.make(upload, target)).toMatchObject({ state: 'done', rows: 2, badColumns: [] })
    expect(await typesOf(table)).toEqual(['iccid string', 'share double', 'price string', 'mixed string'])
    expect((await rowsOf(table)).rows).toEqual([['89490200001234567890', 0.30000000000000004, '1234567890123456.7', '1.5'], ['89490200001234567891', 0.1, '0.5', '12345678901234567890']])
  })

  it('of JSON whose fields come late: those are columns too', async () => {
    const lines = [...Array.from({ length: 6000 }, (_, id) => JSON.stringify({ id })), JSON.stringify({ id: 6000, refund: 1.5 })]
    const upload = await sends.send('late.ndjson', Buffer.from(`${lines.join('\n')}\n`))
    expect(await sends.make(upload, await sends.tableOf(upload, 'late'))).toMatchObject({ state: 'done', rows: 6001 })
    expect(await typesOf('late')).toEqual(['id bigint', 'refund double'])
    expect((await rowsOf('late', 5, [{ column: 'refund', operator: 'is-not-null', value: null }])).rows).toEqual([['6000', 1.5]])
  })

  it('is not made of JSON with fields that differ by large letters alone: none of them is lost', async () => {
    const upload = await sends.send('letters.ndjson', '{"id":1,"Id":2}\n{"id":3}\n')
    expect(await sends.make(upload, await sends.tableOf(upload, 'letters'))).toMatchObject({ state: 'failed', message: '“Id” first comes in row 1 and is none of the columns, so nothing was made. A table cannot tell it from “id”: give one of them another name in the file.' })
    expect(await hasTable('letters')).toBe(false)
  })

  it.each([
    ['that are no objects', '[1,2,3]', ['1', '2', '3']],
    ['of which each has fields of its own', Array.from({ length: 30 }, (_, at) => `{"k${at}":${at}}`).join('\n'), null],
  ])('of JSON values %s has one column, with all of each', async (what, content, values) => {
    const table = `values_${what.length}`
    const upload = await sends.send(`${table}.json`, content)
    expect(await sends.make(upload, await sends.tableOf(upload, table))).toMatchObject({ state: 'done', badColumns: [] })
    const { rows } = await rowsOf(table)
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => 1))
    if (values !== null) expect(rows.flat()).toEqual(values)
    else expect(JSON.stringify(rows.at(-1))).toContain('29')
  })

  describe('of JSON so large that its first rows alone are looked at for types', () => {
    const rows = [...Array.from({ length: 100_000 }, (_, id) => ({ id, note: `${'long '.repeat(75)}${id}` })), { id: 100_000, note: 'last', refund: 1.5 }, { id: 100_001, note: 'last', Fee: { net: 2 }, refund: null }]
    const lines = Buffer.from(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
    const array = Buffer.from(JSON.stringify(rows))
    const last: PageRequest['filter'] = [{ column: 'id', operator: '>=', value: '100000' }]

    it.each([['lines', 'large.ndjson', lines], ['an array', 'large.json', array]])('has the fields of its last rows too, as text: %s', async (_what, name, content) => {
      expect(content.length).toBeGreaterThan(2 ** 25)
      const table = name.replace('.', '_')
      const upload = await sends.send(name, content)
      expect(good(await sends.look(upload))).toMatchObject({ isWhole: true, columns: [{ name: 'id', type: 'bigint' }, { name: 'note', type: 'string' }, { name: 'Fee', type: 'string' }, { name: 'refund', type: 'string' }] })
      expect(await sends.make(upload, await sends.tableOf(upload, table))).toMatchObject({ state: 'done', rows: 100_002 })
      expect((await rowsOf(table, 5, last)).rows).toEqual([['100000', 'last', null, '1.5'], ['100001', 'last', '{"net":2}', null]])
    })

    it('is refused by a field that is no column and that nobody has left out', async () => {
      const upload = await sends.send('refused.ndjson', lines)
      const target = await sends.tableOf(upload, 'refused')
      const columns = target.columns.filter(({ from }) => from !== 'refund' && from !== 'Fee')
      expect(await sends.make(upload, { ...target, columns })).toMatchObject({ state: 'failed', message: expect.stringMatching(/^“refund” first comes in row 100,001 and is none of the columns, so nothing was made\./) })
      expect(await hasTable('refused')).toBe(false)
      expect(await sends.make(upload, { ...target, columns, leftOut: ['refund'] })).toMatchObject({ state: 'failed', message: expect.stringMatching(/^“Fee” first comes in row 100,002 /) })
      expect(await sends.make(upload, { ...target, columns: columns.slice(0, 1), leftOut: ['refund', 'Fee'] })).toMatchObject({ state: 'done', rows: 100_002 })
      expect(await typesOf('refused')).toEqual(['id bigint'])
    })

    it('is refused by a field that comes late within a nested value, which text keeps', async () => {
      const nested = [...rows.slice(0, 100_000).map(({ id, note }) => ({ id, note, at: { x: 1.5 } })), { id: 100_000, note: 'last', at: { x: 1, late: 2 } }]
      const upload = await sends.send('nested.ndjson', nested.map((row) => JSON.stringify(row)).join('\n'))
      const target = await sends.tableOf(upload, 'nested')
      expect(target.columns.map(({ type }) => type)).toEqual(['bigint', 'string', 'as-is'])
      expect(await sends.make(upload, target)).toMatchObject({ state: 'failed', message: expect.stringMatching(/^“late” within “at” first comes in row 100,001, .*Read “at” as text, which keeps all of it\.$/) })
      expect(await hasTable('nested')).toBe(false)
      const columns = target.columns.map((column) => (column.from === 'at' ? { ...column, type: 'string' as const } : column))
      expect(await sends.make(upload, { ...target, columns })).toMatchObject({ state: 'done', rows: 100_001 })
      expect((await rowsOf('nested', 5, last)).rows).toEqual([['100000', 'last', '{"x":1,"late":2}']])
    })
  })

  it('of Parquet, whose types stay', async () => {
    const path = `${world.deps.config.dataDir}/three.parquet`
    await python('import sys, pyarrow as pa, pyarrow.parquet as pq, decimal\npq.write_table(pa.table({"a b": pa.array([1,2], pa.uint32()), "d": pa.array([decimal.Decimal("1.10"), None]), "l": [[1],[2,3]]}), sys.argv[1])', path)
    const upload = await sends.send('three.parquet', readFileSync(path))
    expect(await sends.make(upload, await sends.tableOf(upload, 'three'))).toMatchObject({ state: 'done', rows: 2 })
    expect(await typesOf('three')).toEqual(['a_b bigint', 'd decimal(3,2)', 'l array<bigint>'])
    expect((await rowsOf('three')).rows[0]?.slice(0, 2)).toEqual(['1', '1.10'])
  })

  it('of a sheet of Excel: numbers, days, texts and nothing', async () => {
    const path = `${world.deps.config.dataDir}/book.xlsx`
    await promisify(execFile)(world.deps.config.python, ['tests/support/make_workbook.py', path])
    const upload = await sends.send('Book.xlsx', readFileSync(path))
    const look = good(await sends.look(upload))
    expect([look.sheets, look.columns.map(({ name, type }) => `${name} ${type}`)]).toEqual([['Orders', 'Notes'], ['id bigint', 'amount double', 'day date', 'who string', 'ok boolean']])
    expect(await sends.make(upload, await sends.tableOf(upload, 'book'))).toMatchObject({ state: 'done', rows: 3 })
    expect((await rowsOf('book')).rows).toEqual([['1', 1.25, '2024-01-31', 'Ann & Bob', true], ['2', null, '2024-02-29', 'Ünal', false], ['3', -4, null, null, null]])
  })

  it('with columns renamed, left out and read as other types', async () => {
    const upload = await sends.send('cut.csv', 'a,b,c\n1,2,3\n')
    const target = await sends.tableOf(upload, 'cut')
    expect(await sends.make(upload, { ...target, columns: [{ from: 'c0', name: 'first', type: 'string' }, { from: 'c2', name: 'last', type: 'decimal' }] })).toMatchObject({ state: 'done' })
    expect([await typesOf('cut'), (await rowsOf('cut')).rows]).toEqual([['first string', 'last decimal(38,10)'], [['1', '3.0000000000']]])
  })

  it('that is there already is refused, replaced or added to, as was chosen', async () => {
    const send = () => sends.send('twice.csv', 'id,x\n1,a\n')
    const make = async (change: object) => {
      const upload = await send()
      return sends.make(upload, await sends.tableOf(upload, 'twice', change))
    }
    expect(await make({})).toMatchObject({ state: 'done' })
    await expect(make({})).rejects.toThrow('There is a table “twice” already')
    expect(await make({ ifExists: 'append' })).toMatchObject({ state: 'done', rows: 1 })
    expect((await rowsOf('twice')).total).toBe(2)
    expect(await make({ ifExists: 'append', columns: [{ from: 'c0', name: 'other', type: 'bigint' }] })).toMatchObject({ state: 'failed', message: expect.stringContaining('columns are not those of the table') })
    expect(await make({ ifExists: 'replace', columns: [{ from: 'c1', name: 'only', type: 'string' }] })).toMatchObject({ state: 'done' })
    expect([(await rowsOf('twice')).rows, await typesOf('twice')]).toEqual([[['a']], ['only string']])
  })
})

describe('what is wrong in a file', () => {
  const csv = 'id,n\n1,5\n2,five\n3,6.5\n4,7\n5,\n'

  it('is told by row and text, and nothing is made', async () => {
    const upload = await sends.send('bad.csv', csv)
    const target = await sends.tableOf(upload, 'bad', { columns: [{ from: 'c0', name: 'id', type: 'bigint' }, { from: 'c1', name: 'n', type: 'bigint' }] })
    expect(await sends.make(upload, target)).toMatchObject({ state: 'failed', badColumns: [{ name: 'n', type: 'bigint', count: 2, examples: [{ row: 2, text: 'five' }, { row: 3, text: '6.5' }] }] })
    expect([await hasTable('bad'), (await world.objects.level(`${world.prefix}/tables/bad/`, 5)).files]).toEqual([false, []])
    expect(await sends.make(upload, { ...target, badValues: 'null' })).toMatchObject({ state: 'done', rows: 5, badColumns: [{ count: 2 }] })
    expect((await rowsOf('bad')).rows).toEqual([['1', '5'], ['2', null], ['3', null], ['4', '7'], ['5', null]])
  })

  it('also far behind the rows that were looked at', async () => {
    const upload = await sends.send('far.csv', `id\n${Array.from({ length: 60_000 }, (_, at) => at).join('\n')}\nlast\n`)
    expect(await sends.make(upload, await sends.tableOf(upload, 'far'))).toMatchObject({ state: 'failed', rows: 60_001, badColumns: [{ count: 1, examples: [{ row: 60_001, text: 'last' }] }] })
  })

  it.each([
    ['a line with too many values', 'many.csv', 'a,b\n1,2\n3,4,5\n', /Line 3 has 3 values and the file 2 columns/],
    ['a line with too few', 'few.csv', 'a,b\n1,2\n3\n', /Line 3 has 1 values/],
    ['letters of another encoding later on', 'enc.csv', Buffer.concat([Buffer.from(`a,b\n${'1,2\n'.repeat(30_000)}`), Buffer.from([0x31, 0x2c, 0xff, 0x0a])]), /encoding/],
  ])('%s names its line', async (_what, name, content, sentence) => {
    const upload = await sends.send(name, content)
    const target = await sends.tableOf(upload, `w_${name.split('.')[0]}`)
    const width = 2
    expect(await sends.make(upload, { ...target, reading: { format: 'csv', delimiter: ',', encoding: 'utf-8', hasHeader: true, width }, columns: [{ from: 'c0', name: 'a', type: 'string' }, { from: 'c1', name: 'b', type: 'string' }] })).toMatchObject({ state: 'failed', message: expect.stringMatching(sentence) })
    expect(await hasTable(`w_${name.split('.')[0]}`)).toBe(false)
  })

  it.each([['x.parquet', 'PAR1 not at all'], ['x.json', '{"a": '], ['x.xlsx', 'no zip'], ['x.exe', 'MZ']])('%s of nonsense is a sentence', async (name, content) => {
    const upload = await sends.send(name, content)
    expect(await sends.look(upload)).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) })
  })

  it.each([
    ['../up', 'name-invalid'], ['a b', 'name-invalid'], ['Orders', 'name-invalid'], ['x\0', 'name-invalid'], ['x'.repeat(1024), 'name-invalid'], ['‥', 'name-invalid'], ["x'; --", 'name-invalid'],
  ])('the table %j is refused', async (table, reason) => {
    const upload = await sends.send('n.csv', 'a,b\n1,2\n')
    const target = await sends.tableOf(upload, table)
    expect(await requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target, requestId: 'r' })).toMatchObject({ ok: false, reason })
    expect(await requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target: { ...target, table: 'fine', schema: table }, requestId: 'r' })).toMatchObject({ ok: false, reason })
    expect(await requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target: { ...target, table: 'fine', schema: 'samples' }, requestId: 'r' })).toMatchObject({ ok: false, reason: 'name-invalid' })
  })
})

describe('an import', () => {
  const millions = `id,x\n${Array.from({ length: 4_000_000 }, (_, at) => `${at},text ${at}`).join('\n')}\n`
  const begun = async (table: string): Promise<{ id: string; target: ImportTarget }> => {
    const upload = await sends.send(`${table}.csv`, millions)
    const target = await sends.tableOf(upload, table)
    return { id: (await sends.ask(upload, target)).id, target }
  }
  const childOf = async () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dataharbour.bring_in') && readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(process.pid)
    } catch {
      return false
    }
  })
  const untilWriting = async (id: string) => {
    for (let left = 200; left > 0; left -= 1) {
      const { rows } = good(await readImport(world.deps, sends.actor, id))
      if (rows > 0) return
      await pause(50)
    }
    throw new Error('The import did not begin.')
  }

  it('tells how far it is, and leaves nothing when it is cancelled', async () => {
    const { id } = await begun('stopped')
    const running = bringIn(sends.deps, id)
    await untilWriting(id)
    // It stands still meanwhile: a quick machine would be done before it is told.
    process.kill(Number(await childOf()), 'SIGSTOP')
    expect(await cancelImport(world.deps, sends.actor, id)).toMatchObject({ ok: true })
    await running
    expect(good(await readImport(world.deps, sends.actor, id))).toMatchObject({ state: 'cancelled' })
    expect([await hasTable('stopped'), (await world.objects.level(`${world.prefix}/tables/stopped/`, 5)).files]).toEqual([false, []])
    expect(await cancelImport(world.deps, sends.actor, id)).toMatchObject({ ok: false, reason: 'import-over' })
  })

  it('that loses its process says so, and leaves no half table', async () => {
    const { id } = await begun('killed')
    const running = bringIn(sends.deps, id)
    await untilWriting(id)
    process.kill(Number(await childOf()), 'SIGKILL')
    await running
    expect(good(await readImport(world.deps, sends.actor, id))).toMatchObject({ state: 'failed', message: expect.stringContaining('came to an end by itself') })
    expect([await hasTable('killed'), (await world.objects.level(`${world.prefix}/tables/killed/`, 5)).files]).toEqual([false, []])
  })

  it('that is begun again after its commit is done, and not twice there', async () => {
    const upload = await sends.send('again.csv', 'id\n1\n2\n')
    const asked = await sends.ask(upload, await sends.tableOf(upload, 'again'))
    const deaf = { ...sends.deps, tellTables: async () => { throw new Error('the worker dies here') }, log: { ...sends.deps.log, warn: () => { throw new Error('the worker dies here') } } as never }
    await expect(bringIn(deaf, asked.id)).rejects.toThrow('dies here')
    expect(good(await readImport(world.deps, sends.actor, asked.id)).state).toBe('running')
    await bringIn(sends.deps, asked.id)
    expect(good(await readImport(world.deps, sends.actor, asked.id))).toMatchObject({ state: 'done', rows: 2 })
    expect((await rowsOf('again')).total).toBe(2)
  })

  it('whose job is gone comes to an end all the same', async () => {
    const upload = await sends.send('lost.csv', 'id\n1\n')
    const asked = await sends.ask(upload, await sends.tableOf(upload, 'lost'))
    await world.db.update(imports).set({ createdAt: new Date(Date.now() - 120_000) }).where(eq(imports.id, asked.id))
    expect(await endForsakenImports({ db: world.db, now: () => new Date() })).toBe(0)
    await world.sql`select graphile_worker.remove_job(${`bring-in:${asked.id}`})`
    expect(await endForsakenImports({ db: world.db, now: () => new Date() })).toBe(1)
    expect(good(await readImport(world.deps, sends.actor, asked.id))).toMatchObject({ state: 'failed' })
  })

  it('keeps a file as it is, under a name that is free', async () => {
    const upload = await sends.send('notes & more.bin', Buffer.from([0, 1, 2]))
    expect(await requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target: { kind: 'file', path: '../notes.bin' }, requestId: 'r' })).toMatchObject({ ok: false, reason: 'path-invalid' })
    expect(await requestImport(world.deps, sends.actor, { workspaceId: sends.slug, uploadId: upload.id, target: { kind: 'file', path: 'notes.txt' }, requestId: 'r' })).toMatchObject({ ok: false, reason: 'place-taken' })
    expect(await sends.make(upload, { kind: 'file', path: 'brought/notes.bin' })).toMatchObject({ state: 'done' })
    expect(good(await listFiles(world.deps, sends.actor, { workspaceId: sends.slug, folder: 'brought' })).files).toMatchObject([{ name: 'notes.bin', bytes: 3 }])
  })
})
