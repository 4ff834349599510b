/** The rules of comparing, against plain ways to come to the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceColumns } from '#lib/domain/compare-difference.ts'
import { meanMove, signsOf } from '#lib/domain/compare-drift.ts'
import { checkKey, rankKeys, type KeyCandidate } from '#lib/domain/compare-key.ts'
import { compareAs, compareSchemas, isSameSchema, sharedColumns } from '#lib/domain/compare-schema.ts'
import { verdictOf, type ColumnDrift, type ColumnFigures } from '#lib/domain/comparison.ts'
import { readDeltaSchema } from '#lib/domain/delta-schema.ts'
import { deltaType } from '#lib/domain/delta-type.ts'
import { firstCommit } from '#lib/domain/new-delta-table.ts'
import type { ResultColumn } from '#lib/domain/result.ts'

const TYPES = ['int', 'bigint', 'double', 'string', 'decimal(10,2)', 'date', 'timestamp', 'array<int>', 'map<string,int>', 'boolean']
const columns = fc.uniqueArray(fc.record({ name: fc.constantFrom('id', 'a', 'b', 'c', 'A', 'change', 'x y'), type: fc.constantFrom(...TYPES) }), { selector: ({ name }) => name, maxLength: 7 })

describe('what became of the columns', () => {
  it('tells each column once, and names as moved no more than must be', () => {
    fc.assert(fc.property(columns, columns, (before, after) => {
      const { added, removed, retyped, moved } = compareSchemas(before, after)
      const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name)
      const shared = names(after).filter((name) => names(before).includes(name))
      expect(names(added).sort()).toEqual(names(after).filter((name) => !names(before).includes(name)).sort())
      expect(names(removed).sort()).toEqual(names(before).filter((name) => !names(after).includes(name)).sort())
      expect(names(retyped)).toEqual(shared.filter((name) => typeIn(before, name) !== typeIn(after, name)))
      const left = (list: readonly string[]): string[] => list.filter((name) => shared.includes(name) && !moved.includes(name))
      expect(left(names(before))).toEqual(left(names(after)))
      expect(moved.length).toBe(shared.length - longestCommon(names(before).filter((name) => shared.includes(name)), shared))
    }))
  })

  it('tells nothing of a table and itself', () => {
    fc.assert(fc.property(columns, (same) => {
      expect(isSameSchema(compareSchemas(same, same))).toBe(true)
    }))
  })

  it.each([
    ['int', 'bigint', 'number'], ['bigint', 'decimal(38,2)', 'number'], ['int', 'double', 'double'], ['date', 'timestamp', 'instant'], ['timestamp', 'timestamp_ntz', 'instant'],
    ['int', 'string', 'text'], ['array<int>', 'array<bigint>', 'text'], ['decimal(10, 2)', 'decimal(10,2)', 'same'], ['struct<a:int>', 'struct<A:int>', 'text'],
  ])('compares %s with %s as %s', (before, after, as) => expect([compareAs(before, after), compareAs(after, before)]).toEqual([as, as]))
})

const typeIn = (list: readonly ResultColumn[], name: string): string | undefined => list.find((one) => one.name === name)?.type

/** All ways to leave out names, for a handful of them. */
function longestCommon(one: readonly string[], other: readonly string[]): number {
  const [first, ...rest] = one
  if (first === undefined) return 0
  const at = other.indexOf(first)
  return Math.max(longestCommon(rest, other), at < 0 ? 0 : 1 + longestCommon(rest, other.slice(at + 1)))
}

describe('the guess of a key', () => {
  const fact = (rows: number, values: number, distinct: number) => ({ rows, values, distinct })
  const candidate = (name: string, type = 'bigint', side = fact(100, 100, 100)): KeyCandidate => ({ column: { name, before: type, after: type, as: 'same' }, before: side, after: side })

  it('goes by names, then types, then places', () => {
    const names = ['amount', 'Note', 'order_id', 'carrierCode', 'id', 'customerId', 'day']
    expect(rankKeys(names.map((name) => candidate(name, name === 'amount' ? 'decimal(10,2)' : 'string'))).map(([name]) => name)).toEqual(['id', 'order_id', 'customerId', 'carrierCode', 'day', 'Note', 'amount'])
  })

  it('names no column with a null, of another type than before, or whose values cannot be told apart well', () => {
    const few = fact(100, 100, 20)
    expect(rankKeys([candidate('id', 'bigint', fact(100, 99, 99)), candidate('x', 'double'), candidate('y', 'array<int>'), candidate('z', 'boolean'), { ...candidate('n'), column: { name: 'n', before: 'int', after: 'bigint', as: 'number' } }])).toEqual([])
    expect(rankKeys([candidate('day', 'date', few), candidate('shop', 'string', few), candidate('g', 'int', fact(100, 100, 3))])).toEqual([['day', 'shop']])
  })

  it('tries few, singles before pairs', () => {
    const keys = rankKeys(Array.from({ length: 60 }, (_, at) => candidate(`c${at}`, 'int', at % 2 === 0 ? fact(100, 100, 100) : fact(100, 100, 30))))
    expect(keys.length).toBeLessThanOrEqual(24)
    expect(keys.map((key) => key.length)).toEqual(keys.map((key) => key.length).toSorted())
  })

  it('is not what a person may choose: that must be of both tables, each column once', () => {
    const shared = sharedColumns([{ name: 'a', type: 'int' }, { name: 'b', type: 'int' }], [{ name: 'a', type: 'int' }, { name: 'c', type: 'int' }])
    expect(checkKey(shared, ['a'])).toEqual({ ok: true, value: ['a'] })
    expect(checkKey(shared, [])).toEqual({ ok: true, value: [] })
    const two = sharedColumns([{ name: 'a', type: 'int' }, { name: 'b', type: 'int' }], [{ name: 'b', type: 'int' }, { name: 'a', type: 'int' }])
    expect(checkKey(two, ['a', 'b'])).toEqual({ ok: true, value: ['b', 'a'] })
    for (const key of [['b'], ['c'], ['a', 'a'], Array.from({ length: 11 }, () => 'a')]) expect(checkKey(shared, key)).toMatchObject({ ok: false, reason: 'key-invalid' })
  })
})

describe('the table of rows that differ', () => {
  it('has every compared column, by names that no two share, and its commit can be read', () => {
    fc.assert(fc.property(columns, columns, fc.array(fc.nat(2), { minLength: 7, maxLength: 7 }), (before, after, changed) => {
      const shared = sharedColumns(before, after)
      const key = shared.slice(0, 1).map(({ name }) => name)
      const made = differenceColumns(shared, key, changed)
      const names = made.map(({ name }) => name.toLowerCase())
      // Names of the table itself may differ by the size of a letter alone.
      const own = new Set(shared.map(({ name }) => name.toLowerCase()))
      expect(new Set(names).size).toBe(names.length - made.filter((one) => one.from.kind === 'either').length + new Set(made.filter((one) => one.from.kind === 'either').map(({ name }) => name.toLowerCase())).size)
      expect(names.filter((name, at) => made[at]?.from.kind !== 'either' && own.has(name))).toEqual([])
      for (const [at] of shared.entries()) {
        const of = made.filter((one) => 'column' in one.from && one.from.column === at).map((one) => one.from.kind)
        expect([['either'], ['before', 'after']]).toContainEqual(of)
      }
      const meta = JSON.parse(firstCommit({ id: 'x', columns: made, rows: 1, bytes: 1, at: 0 }).split('\n')[2] ?? '') as { metaData: { schemaString: string } }
      expect(readDeltaSchema(meta.metaData.schemaString, [])).toMatchObject({ ok: true, value: made.map(({ name, type }) => ({ name, type })) })
    }))
  })

  it('holds any type by its name as Spark has it, or none', () => {
    const leaf = fc.constantFrom('tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'string', 'boolean', 'date', 'timestamp', 'timestamp_ntz', 'binary', 'decimal(38,10)')
    const { type } = fc.letrec<{ type: string }>((tie) => ({
      type: fc.oneof({ depthSize: 'small' }, leaf, tie('type').map((inner) => `array<${inner}>`), fc.tuple(leaf, tie('type')).map(([key, value]) => `map<${key},${value}>`), fc.tuple(tie('type'), tie('type')).map(([a, b]) => `struct<a:${a},b c:${b}>`)),
    }))
    fc.assert(fc.property(type, (name) => {
      expect(readDeltaSchema(JSON.stringify({ fields: [{ name: 'x', type: deltaType(name) }] }), [])).toMatchObject({ ok: true, value: [{ type: name }] })
    }))
    for (const name of ['interval day to second', 'void', 'array<void>', 'struct<a>', 'struct<a:int', 'array<int>>', 'decimal(39,2)', 'variant', '']) expect(deltaType(name)).toBeNull()
  })
})

describe('how values moved', () => {
  const figures = (change: Partial<ColumnFigures>): ColumnFigures => ({ nulls: 0, nans: 0, infinities: 0, distinct: 10, isDistinctExact: true, min: 0, max: 1, mean: 10, ...change })
  const drift = (change: Partial<ColumnDrift>): ColumnDrift => ({ name: 'x', as: 'same', changed: null, before: figures({}), after: figures({}), shares: [], ...change })
  const ROWS = { before: 200, after: 100 }
  it.each<[string, Partial<ColumnDrift>, string[]]>([
    ['nothing', {}, []],
    ['nulls by less than a percent', { after: figures({ nulls: 0 }), before: figures({ nulls: 1 }) }, []],
    ['nulls by a percent', { after: figures({ nulls: 1 }) }, ['nulls']],
    ['the mean by less than a tenth', { after: figures({ mean: 10.99 }) }, []],
    ['the mean by a tenth', { after: figures({ mean: 9 }) }, ['mean']],
    ['the mean from nothing', { before: figures({ mean: 0 }), after: figures({ mean: 0.1 }) }, ['mean']],
    ['a category by five percent', { shares: [{ value: 'a', before: 100, after: 55 }] }, ['shares']],
    ['as many, of half the rows', { shares: [{ value: 'a', before: 50, after: 25 }] }, []],
    ['a new column', { before: null }, []],
  ])('%s', (_, change, signs) => expect(signsOf(drift(change), ROWS)).toEqual(signs))

  it('is a part of what the mean was, whatever its sign', () => {
    expect([meanMove(drift({ before: figures({ mean: -10 }), after: figures({ mean: -5 }) })), meanMove(drift({ before: figures({ mean: null }) }))]).toEqual([0.5, null])
  })
})

it('says identical only where nothing differs, and the same rows where only columns do', () => {
  const counts = { added: 0, removed: 0, changed: 0, unchanged: 5 }
  const schema = { added: [], removed: [], retyped: [], moved: [] }
  expect(verdictOf({ counts, schema })).toBe('identical')
  expect(verdictOf({ counts, schema: { ...schema, moved: ['a'] } })).toBe('same-rows')
  expect(verdictOf({ counts, schema: { ...schema, added: [{ name: 'a', type: 'int' }] } })).toBe('differs')
  for (const one of ['added', 'removed', 'changed'] as const) expect(verdictOf({ counts: { ...counts, [one]: 1 }, schema })).toBe('differs')
})
