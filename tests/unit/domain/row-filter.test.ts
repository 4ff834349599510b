import { describe, expect, it } from 'vitest'
import type { ResultColumn, RowFilter } from '#lib/domain/result.ts'
import { filterWords, fittingFilter, readFilter } from '#lib/domain/row-filter.ts'

const FILTER: RowFilter = [{ column: 'city', operator: 'contains', value: 'os' }, { column: 'n', operator: '>=', value: '2' }, { column: 'n', operator: 'is-not-null', value: null }]

describe('a filter of rows', () => {
  it.each([
    ['as it was written', FILTER, FILTER],
    ['without what is no condition', [FILTER[0], null, 'city = 1', { column: 'city' }, { column: 1, operator: '=', value: 'x' }, { column: 'city', operator: 'drop', value: 'x' }, { column: 'city', operator: '=', value: 5 }], [FILTER[0]]],
    ['without fields of nobody knows what', [{ ...FILTER[0], sql: '1 = 1' }], [FILTER[0]]],
    ['without values beyond all bounds', [{ column: 'city', operator: '=', value: 'x'.repeat(2001) }], []],
    ['and no list is none', { length: 3 }, []],
  ])('is read %s', (_how, written, read) => {
    expect(readFilter(written)).toEqual(read)
  })

  it('is read to a bound', () => {
    expect(readFilter(Array.from({ length: 60 }, () => FILTER[0]))).toHaveLength(50)
  })

  it('fits a table as far as it has the columns, of types that can be compared so', () => {
    const columns: ResultColumn[] = [{ name: 'city', type: 'binary' }, { name: 'n', type: 'int' }]
    expect(fittingFilter(FILTER, columns)).toEqual([FILTER[1], FILTER[2]])
    expect(fittingFilter(FILTER, [])).toEqual([])
  })

  it('is said in words, long ones cut', () => {
    expect(filterWords(FILTER)).toBe('“city” contains “os” and “n” is at least “2” and “n” is not null')
    expect(filterWords([{ column: 'city', operator: 'is-empty', value: null }, { column: 'city', operator: 'starts-with', value: 'B' }])).toBe('“city” is empty and “city” starts with “B”')
    expect(filterWords([{ column: 'c'.repeat(50), operator: '=', value: 'v'.repeat(50) }])).toBe(`“${'c'.repeat(40)}…” equals “${'v'.repeat(40)}…”`)
  })
})
