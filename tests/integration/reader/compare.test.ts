/** Two tables compared by DuckDB against a plain count of their rows in memory, over random tables and the values that are easily got wrong. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import type { TableRef } from '#server/reader/reader.ts'
import { differingRows, same, type Row, type Value } from '../../support/compare-oracle.ts'
import { createTableWriter } from '../../support/write-table.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'dh-compare-'))
const config = { ...loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), dataDir }
const objects = createMinioObjects(config.s3)
const prefix = `tests/${randomUUID()}`
const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects })
let writer: Awaited<ReturnType<typeof createTableWriter>>
beforeAll(async () => {
  writer = await createTableWriter(objects, prefix)
})
afterAll(async () => {
  await reader.close()
  await writer.close()
  await objects.removeAll(`${prefix}/`)
  rmSync(dataDir, { recursive: true, force: true })
})

const columnsOf = (types: Record<string, string>): ResultColumn[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const COLUMNS = columnsOf({ k: 'int', g: 'string', x: 'double', l: 'array<int>' })
const TYPES = ['INTEGER', 'VARCHAR', 'DOUBLE', 'INTEGER[]']

const written = (value: Value): string => (value === null ? 'NULL' : Array.isArray(value) ? `[${value.map(String).join(', ')}]` : typeof value === 'string' ? `'${value}'` : Object.is(value, -0) ? `'-0.0'` : `'${value}'`)
const rowSql = (row: Row): string => `SELECT ${row.map((value, at) => `CAST(${written(value)} AS ${TYPES[at]}) AS "${COLUMNS[at]?.name}"`).join(', ')}`
const tableSql = (rows: readonly Row[]): string => (rows.length === 0 ? `SELECT * FROM (${rowSql([1, 'a', 1, []])}) WHERE false` : rows.map(rowSql).join(' UNION ALL '))

async function compare(before: TableRef, after: TableRef, key: string[] | null) {
  const compared = await reader.compare({ before, after, key })
  if (!compared.ok) throw new Error(`${compared.reason}: ${compared.message}`)
  const bytes = new Uint8Array(await new Response(compared.value.body).arrayBuffer())
  const { summary, tableColumns } = compared.value
  const table = await writer.keep(bytes, summary.stored.rows, tableColumns)
  const page = await reader.page(table, { offset: 0, limit: 1000, sort: [], filter: [] })
  if (!page.ok) throw new Error(page.message)
  const names = tableColumns.map(({ name }) => name)
  return { summary, tableColumns, rows: page.value.rows.map((row) => Object.fromEntries(row.map((value, at) => [names[at] ?? '', value]))) }
}

/** A row that differs as the table shows it: a column is there once, or once for each side. */
const shown = (row: Record<string, unknown>): string => JSON.stringify([row.change, ...COLUMNS.map(({ name }) => {
  const isTwice = `${name}_before` in row
  const [before, after] = isTwice ? [row[`${name}_before`], row[`${name}_after`]] : [row[name], row[name]]
  return [row.change === 'added' ? null : plain(before), row.change === 'removed' ? null : plain(after)]
})])
/** A page writes NaN as text, and -0 as it is. */
const plain = (value: unknown): unknown => (value === 'NaN' ? 'NaN' : JSON.parse(same(value as Value)))
const expected = ({ change, before, after }: { change: string; before: Row | null; after: Row | null }): string =>
  JSON.stringify([change, ...COLUMNS.map((_, at) => [before === null ? null : JSON.parse(same(before[at] ?? null)), after === null ? null : JSON.parse(same(after[at] ?? null))])])

const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 6 })), fc.option(fc.constantFrom('a', 'b', '')),
  fc.constantFrom<Value>(null, 1.5, Number.NaN, -0, 0), fc.constantFrom<Value>(null, [], [1], [1, 2]),
) as fc.Arbitrary<Row>

describe('two random tables', () => {
  it.each([[['k']], [['k', 'g']], [[]]])('by the key %j', { timeout: 120_000 }, async (key) => {
    const places = key.map((name) => COLUMNS.findIndex((column) => column.name === name))
    await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 9 }), fc.array(row, { maxLength: 9 }), async (before, after) => {
      const [was, is] = [await writer.write(tableSql(before), COLUMNS), await writer.write(tableSql(after), COLUMNS)]
      const { summary, rows } = await compare(was, is, key)
      const oracle = differingRows(before, after, places)
      expect(rows.map(shown).sort()).toEqual(oracle.rows.map(expected).sort())
      const count = (change: string): number => oracle.rows.filter((one) => one.change === change).length
      expect(summary.counts).toEqual({ added: count('added'), removed: count('removed'), changed: count('changed'), unchanged: before.length - count('removed') - count('changed') })
      expect([summary.repeatedKeys, summary.rows]).toEqual([oracle.repeated, { before: before.length, after: after.length }])
      const changed = COLUMNS.map((_, at) => oracle.rows.filter((one) => one.change === 'changed' && same(one.before?.[at] ?? null) !== same(one.after?.[at] ?? null)).length)
      expect(summary.columns.map((column) => column.changed)).toEqual(key.length === 0 ? COLUMNS.map(() => null) : changed)
    }), { numRuns: 15 })
  })
})

describe('the values that are easily got wrong', () => {
  const ODD = columnsOf({ id: 'int', nested: 'struct<a:double,b:array<string>>', pairs: 'map<string,int>', at: 'timestamp', local: 'timestamp_ntz', dec: 'decimal(38,3)', day: 'date', bytes: 'binary', 'we"ird': 'float' })
  const odd = (id: number, a: string, pairs: string): string => `SELECT ${id}::INTEGER AS id, {'a': ${a}, 'b': ['x', NULL]} AS nested, ${pairs} AS pairs, TIMESTAMPTZ '0001-01-01 00:00:00+00' AS "at", TIMESTAMP '2024-03-31 02:30:00.123456' AS local,
    99999999999999999999999999999999999.999::DECIMAL(38,3) AS dec, DATE '1582-10-04' AS day, '\\x00\\xFF'::BLOB AS bytes, 0.1::FLOAT AS "we""ird"`

  it('are equal where they are, inside nested values too, and a map has no order', async () => {
    const before = await writer.write(`${odd(1, 'CAST(NULL AS DOUBLE)', "MAP {'a': 1, 'b': NULL}")} UNION ALL ${odd(2, "'nan'::DOUBLE", "MAP {'a': 1}")} UNION ALL ${odd(3, "'-0.0'::DOUBLE", "MAP {'a': 1}")}`, ODD)
    const after = await writer.write(`${odd(2, "'nan'::DOUBLE", "MAP {'a': 1}")} UNION ALL ${odd(1, 'CAST(NULL AS DOUBLE)', "MAP {'b': NULL, 'a': 1}")} UNION ALL ${odd(3, '0.0::DOUBLE', "MAP {'a': 2}")}`, ODD)
    for (const key of [null, ['id']]) {
      const { summary, rows, tableColumns } = await compare(before, after, key)
      expect(summary).toMatchObject({ key: ['id'], counts: { added: 0, removed: 0, changed: 1, unchanged: 2 } })
      expect(tableColumns.map(({ name, type }) => `${name} ${type}`)).toEqual(['change string', 'id int', 'changed_columns string', 'nested struct<a:double,b:array<string>>', 'pairs_before map<string,int>', 'pairs_after map<string,int>', 'at timestamp', 'local timestamp_ntz', 'dec decimal(38,3)', 'day date', 'bytes binary', 'we"ird float'])
      expect(rows).toEqual([{
        change: 'changed', id: 3, changed_columns: 'pairs', nested: { a: 0, b: ['x', null] }, pairs_before: [{ key: 'a', value: 1 }], pairs_after: [{ key: 'a', value: 2 }],
        at: expect.stringContaining('0001-01-01 00:00:00'), local: '2024-03-31 02:30:00.123456', dec: '99999999999999999999999999999999999.999', day: '1582-10-04', bytes: '\\x00\\xFF', 'we"ird': 0.1,
      }])
    }
    expect((await compare(before, after, [])).summary.counts).toEqual({ added: 1, removed: 1, changed: 0, unchanged: 2 })
  })

  it('are compared exactly after another type', async () => {
    const before = await writer.write(`SELECT * FROM (VALUES (1, 9007199254740993::BIGINT, '1', DATE '2024-01-01'), (2, 5::BIGINT, '2', DATE '2024-01-02')) t(id, n, t, d)`, columnsOf({ id: 'int', n: 'bigint', t: 'string', d: 'date' }))
    const after = await writer.write(`SELECT * FROM (VALUES (1::BIGINT, 9007199254740992.00::DECIMAL(20,2), 1, TIMESTAMPTZ '2024-01-01 00:00:00+00'), (2::BIGINT, 5.00::DECIMAL(20,2), 3, TIMESTAMPTZ '2024-01-02 00:00:00+00')) t(id, n, t, d)`, columnsOf({ id: 'bigint', n: 'decimal(20,2)', t: 'int', d: 'timestamp' }))
    const { summary, rows } = await compare(before, after, ['id'])
    expect(summary.schema.retyped.map(({ name, as }) => `${name} ${as}`)).toEqual(['id number', 'n number', 't text', 'd instant'])
    expect(summary.counts).toEqual({ added: 0, removed: 0, changed: 2, unchanged: 0 })
    expect(rows.map(({ id, changed_columns, n_before, n_after, t_before, t_after }) => [id, changed_columns, n_before, n_after, t_before, t_after])).toEqual([
      ['1', 'n', '9007199254740993', '9007199254740992.00', '1', 1], ['2', 't', '5', '5.00', '2', 3],
    ])
  })
})

describe('the key', () => {
  it('is guessed by name among columns of one row each, else two columns, else none', async () => {
    const one = await writer.write(`SELECT i AS n, 'u' || i AS user_id, i % 7 AS g FROM range(500) t(i)`, columnsOf({ n: 'bigint', user_id: 'string', g: 'bigint' }))
    expect((await compare(one, one, null)).summary).toMatchObject({ key: ['user_id'], counts: { unchanged: 500 } })
    const two = await writer.write(`SELECT DATE '2024-01-01' + CAST(i % 100 AS INTEGER) AS day, 's' || i // 100 AS shop, i % 3 AS g FROM range(500) t(i)`, columnsOf({ day: 'date', shop: 'string', g: 'bigint' }))
    expect(new Set((await compare(two, two, null)).summary.key)).toEqual(new Set(['day', 'shop']))
    const none = await writer.write(`SELECT i % 3 AS a, CASE WHEN i > 5 THEN i END AS b FROM range(20) t(i)`, columnsOf({ a: 'bigint', b: 'bigint' }))
    expect((await compare(none, none, null)).summary).toMatchObject({ key: [], counts: { unchanged: 20 } })
  })

  it('is none that stands for one row in only one of the two', async () => {
    const before = await writer.write('SELECT i AS id, i AS code FROM range(50) t(i)', columnsOf({ id: 'bigint', code: 'bigint' }))
    const after = await writer.write('SELECT i // 2 AS id, i AS code FROM range(50) t(i)', columnsOf({ id: 'bigint', code: 'bigint' }))
    expect((await compare(before, after, null)).summary.key).toEqual(['code'])
  })
})

describe('how values moved', () => {
  it('is told per column, on both sides, and of categories by their share', async () => {
    const before = await writer.write(`SELECT i AS id, CASE WHEN i < 80 THEN 'card' ELSE 'cash' END AS pay, i * 1.0::DOUBLE AS amount, 1 AS gone FROM range(100) t(i)`, columnsOf({ id: 'bigint', pay: 'string', amount: 'double', gone: 'int' }))
    const after = await writer.write(`SELECT i AS id, CASE WHEN i < 50 THEN 'card' ELSE 'cash' END AS pay, CASE WHEN i < 90 THEN i * 2.0::DOUBLE END AS amount FROM range(100) t(i)`, columnsOf({ id: 'bigint', pay: 'string', amount: 'double' }))
    const { summary } = await compare(before, after, null)
    expect(summary.columns).toMatchObject([
      { name: 'id', changed: 0, shares: [] },
      { name: 'pay', changed: 30, before: { distinct: 2 }, shares: [{ value: 'card', before: 80, after: 50 }, { value: 'cash', before: 20, after: 50 }] },
      { name: 'amount', changed: 99, before: { nulls: 0, mean: 49.5, min: 0, max: 99 }, after: { nulls: 10, mean: 89, min: 0, max: 178 } },
      { name: 'gone', changed: null, before: { mean: 1 }, after: null },
    ])
  })
})

it('reads a wide table', async () => {
  const [id, ...others] = Array.from({ length: 300 }, (_, at) => (at === 0 ? 'id' : `c${at}`))
  const wide = (change: number) => `SELECT 1 AS ${id}, ${others.map((name, at) => `${at === 150 ? change : at} AS ${name}`).join(', ')}`
  const columns = ['id', ...others].map((name) => ({ name, type: 'int' }))
  const { summary, rows } = await compare(await writer.write(wide(1), columns), await writer.write(wide(2), columns), ['id'])
  expect([summary.counts.changed, rows[0]?.changed_columns, rows[0]?.c151_after, summary.columns.length]).toEqual([1, 'c151', 2, 200])
})

it('leaves no file behind, not when it is given up either', async () => {
  const large = await writer.write('SELECT i AS id, hash(i) % 1000 AS x FROM range(300000) t(i)', columnsOf({ id: 'bigint', x: 'bigint' }))
  const gone = AbortSignal.timeout(30)
  expect(await reader.compare({ before: large, after: large, key: [] }, gone)).toMatchObject({ ok: false, reason: 'cancelled' })
  await expect.poll(() => readdirSync(join(dataDir, 'run', 'reader', 'files'))).toEqual([])
})

it('refuses a table that is gone', async () => {
  const there = await writer.write('SELECT 1 AS id', columnsOf({ id: 'int' }))
  expect(await reader.compare({ before: there, after: { ...there, path: `${prefix}/nowhere` }, key: null })).toMatchObject({ ok: false, reason: 'result-gone' })
})
