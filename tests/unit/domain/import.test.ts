import { describe, expect, it } from 'vitest'
import { checkDataPath, isTableName } from '#lib/domain/data.ts'
import { checkColumns, checkNewTable, columnNames, importFormat, suggestPath, suggestTable } from '#lib/domain/import.ts'
import fc from 'fast-check'

const column = (name: string) => ({ from: 'c0', name, type: 'string' as const })

describe('columns', () => {
  it.each(['a b', 'a,b', 'a;b', 'a(b)', 'a=b', 'a\tb', 'a\nb', '', 'x'.repeat(256), 'a\0'])('%j is no name for one', (name) => expect(checkColumns([column(name)])).toMatchObject({ ok: false, reason: 'columns-invalid' }))
  it.each(['a', 'Größe', '价格', 'a-b', '%', "it's"])('%j is one', (name) => expect(checkColumns([column(name)])).toMatchObject({ ok: true }))

  it('differ by more than large letters, and there is at least one', () => {
    expect(checkColumns([column('a'), column('A')])).toMatchObject({ ok: false })
    expect(checkColumns([])).toMatchObject({ ok: false })
    expect(checkColumns(Array.from({ length: 2001 }, (_, at) => column(`c${at}`)))).toMatchObject({ ok: false })
  })

  it('get names that a table may have, whatever the file calls them', () => {
    expect(columnNames(['Order ID', ' ', 'x', 'X', 'a=b', 'order_id'])).toEqual(['Order_ID', 'column_2', 'x', 'X_2', 'a_b', 'order_id_2'])
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 30 }), (given) => {
      expect(checkColumns(columnNames(given).map(column))).toMatchObject({ ok: true })
    }))
  })
})

describe('a table’s name', () => {
  it.each(['Orders', 'a b', '../x', '', 'x'.repeat(129), 'a.b', '‥', 'ä'])('%j is refused', (table) => expect(checkNewTable({ schema: 'default', table })).toMatchObject({ ok: false, reason: 'name-invalid' }))
  it('is not among the samples', () => expect(checkNewTable({ schema: 'samples', table: 'x' })).toMatchObject({ ok: false }))

  it('is proposed from the file’s, and always fits', () => {
    expect(['Orders 2024 (final).csv', 'Größe.tsv', '数据.parquet', 'a.b.csv'].map(suggestTable)).toEqual(['orders_2024_final', 'gro_e', 'imported', 'a_b'])
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      expect(isTableName(suggestTable(name)) && suggestTable(name) === suggestTable(name).toLowerCase()).toBe(true)
      expect(checkDataPath(suggestPath(name)).ok).toBe(true)
    }))
  })
})

it.each([['a.CSV', 'csv'], ['a.tsv', 'csv'], ['a.ndjson', 'json'], ['a.parquet', 'parquet'], ['a.xlsx', 'sheet'], ['a.xls', null], ['csv', null], ['a.csv.exe', null]])('%s is %s', (name, format) => expect(importFormat(name)).toBe(format))
