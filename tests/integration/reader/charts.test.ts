/** Charts of real Delta tables: groups and their numbers over the whole table, how many are told apart, and what is said of the rest. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CATEGORIES_MAX, POINTS_MAX, type ChartData, type ChartEncoding, type ChartRow } from '#lib/domain/chart.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'

const prefix = `tests/${randomUUID()}`
const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const objects = createMinioObjects(config.s3)
const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects })
const table = (name: string, types: Record<string, string>) => ({ path: `${prefix}/${name}`, version: 0, columns: Object.entries(types).map(([column, type]): ResultColumn => ({ name: column, type })) })
const TRIPS = table('trips', { city: 'string', kind: 'string', hour: 'int', length: 'double', day: 'date', gone: 'double', share: 'double', delta: 'int' })
const NAMED = table('named', { x: 'string', y: 'int', color: 'double', 'od"d; drop': 'string', bytes: 'binary' })
const OLD = table('old', { day: 'date', n: 'bigint' })
const ONE = table('one', { name: 'string', n: 'bigint', at: 'timestamp_ntz' })
const ALL = Array.from({ length: 12_000 }, (_one, i) => i)

const encoding = (change: Partial<ChartEncoding>): ChartEncoding => ({ mark: 'bar', x: 'kind', y: null, color: null, aggregate: 'count', ...change })
async function chartOf(of: typeof TRIPS, change: Partial<ChartEncoding>): Promise<ChartData> {
  const chart = await reader.chart(of, encoding(change))
  if (!chart.ok) throw new Error(`${chart.reason}: ${chart.message}`)
  return chart.value
}
async function refusalOf(of: typeof TRIPS, change: Partial<ChartEncoding>): Promise<string> {
  const chart = await reader.chart(of, encoding(change))
  return chart.ok ? 'drawn' : `${chart.reason}: ${chart.message}`
}
const sum = (rows: readonly ChartRow[]): number => rows.reduce((total, row) => total + Number(row.y), 0)
const numbersOf = (rows: readonly ChartRow[]): [unknown, unknown][] => rows.map(({ x, y }) => [x, y])

beforeAll(async () => {
  await promisify(execFile)(config.python, [fileURLToPath(new URL('../../support/chart_tables.py', import.meta.url)), prefix], { env: process.env })
  await reader.check()
})
afterAll(async () => {
  await reader.close()
  await objects.removeAll(`${prefix}/`)
})

describe('a chart of groups', () => {
  it('is aggregated over the whole table, in every way', async () => {
    const lengths = ALL.filter((i) => i % 3 === 1).map((i) => i / 8)
    const of = async (aggregate: ChartEncoding['aggregate'], y: string | null = 'length') => (await chartOf(TRIPS, { y, aggregate })).rows.find(({ x }) => x === 'b')?.y
    expect(await of('count', null)).toBe(4000)
    expect(await of('distinct', 'city')).toBe(10)
    expect(await of('sum')).toBeCloseTo(lengths.reduce((a, b) => a + b, 0), 6)
    expect(await of('avg')).toBeCloseTo(lengths.reduce((a, b) => a + b, 0) / 4000, 9)
    expect(await of('median')).toBeCloseTo((lengths[1999]! + lengths[2000]!) / 2, 9)
    expect([await of('min'), await of('max')]).toEqual([1 / 8, 11_998 / 8])
  })

  it.each([
    ['greatest', ['c', 'b', 'a']], ['least', ['a', 'b', 'c']], ['a-z', ['a', 'b', 'c']], ['z-a', ['c', 'b', 'a']], [undefined, ['c', 'b', 'a']],
  ] as const)('puts categories in the order that was asked: %s', async (sort, expected) => {
    const order = { y: 'length', aggregate: 'avg' as const, ...(sort !== undefined && { sort }) }
    expect((await chartOf(TRIPS, order)).rows.map(({ x }) => x)).toEqual(expected)
    expect([...new Set((await chartOf(TRIPS, { ...order, color: 'hour' })).rows.map(({ x }) => x))]).toEqual(expected)
  })

  it('is of the rows that a filter lets through, whatever else is asked', async () => {
    const filter = [{ column: 'kind', operator: '=' as const, value: 'b' }, { column: 'hour', operator: '<' as const, value: '6' }]
    const through = ALL.filter((i) => i % 3 === 1 && i % 24 < 6)
    expect(numbersOf((await chartOf(TRIPS, { filter })).rows)).toEqual([['b', through.length]])
    expect(sum((await chartOf(TRIPS, { x: 'length', filter })).rows)).toBe(through.length)
    // Its values stand before those of the colours and small charts that are told apart.
    const many = await chartOf(TRIPS, { x: 'hour', color: 'city', facet: 'kind', filter })
    expect([sum(many.rows), many.facets, new Set(many.rows.map(({ x }) => x))]).toEqual([through.length, ['b'], new Set(through.map((i) => i % 24))])
    const tiles = await chartOf(TRIPS, { mark: 'rect', x: 'city', y: 'kind', filter })
    expect(tiles.rows.reduce((total, { color }) => total + Number(color), 0)).toBe(through.length)
    expect((await chartOf(TRIPS, { mark: 'point', x: 'hour', y: 'length', aggregate: 'none', filter })).rows).toHaveLength(through.length)
    expect(await chartOf(TRIPS, { filter: [{ column: 'kind', operator: '=', value: "none'; drop" }] })).toMatchObject({ rows: [] })
    expect(await refusalOf(TRIPS, { filter: [{ column: 'nowhere', operator: '=', value: '1' }] })).toMatch(/^column-missing: /)
    expect(await refusalOf(TRIPS, { filter: [{ column: 'hour', operator: '<', value: 'noon' }] })).toMatch(/^filter-invalid: /)
  })

  it('is not led astray by columns called as its own parts, by quotes, or by texts that look like labels', async () => {
    const chart = await chartOf(NAMED, { x: 'y', y: 'color', color: 'x', aggregate: 'sum' })
    expect(chart.rows.toSorted((a, b) => Number(a.y) - Number(b.y))).toEqual([{ x: 1, y: 10, color: 'b' }, { x: 1, y: 20, color: 'a' }, { x: 2, y: 40, color: 'a' }])
    expect(numbersOf((await chartOf(NAMED, { x: 'x', y: 'y', aggregate: 'avg' })).rows)).toEqual([['a', 1.5], ['b', 1]])
    const odd = await chartOf(NAMED, { x: 'x', color: 'od"d; drop' })
    expect(odd.colors?.toSorted()).toEqual(['null', 'null (2)', 'other (1)'])
    expect(sum(odd.rows)).toBe(3)
  })
})

describe('numbers and days', () => {
  it('are as they are while they are few, and bins that hold every row when they are many', async () => {
    const hours = await chartOf(TRIPS, { x: 'hour' })
    expect([hours.bin, hours.limits, hours.rows[3]]).toEqual([null, [], { x: 3, y: 500 }])
    const lengths = await chartOf(TRIPS, { x: 'length' })
    expect([lengths.bin, lengths.rows.length, sum(lengths.rows)]).toEqual([50, 30, 12_000])
    const days = await chartOf(TRIPS, { x: 'day' })
    expect([days.bin, days.xType, sum(days.rows)]).toEqual(['week', 'temporal', 12_000])
  })

  it('have the bins that were asked for', async () => {
    const wide = await chartOf(TRIPS, { x: 'length', bin: 500 })
    expect([wide.bin, numbersOf(wide.rows)]).toEqual([500, [[0, 4000], [500, 4000], [1000, 4000]]])
    const years = await chartOf(TRIPS, { x: 'day', bin: 'year' })
    const in2024 = ALL.filter((i) => i % 900 >= 365 && i % 900 < 731).length
    expect([years.bin, years.rows[1]]).toEqual(['year', { x: '2024-01-01T00:00:00.000Z', y: in2024 }])
    expect((await chartOf(TRIPS, { x: 'day', bin: 'quarter' })).rows).toHaveLength(10)
    expect((await chartOf(TRIPS, { x: 'day', bin: 'none' })).rows).toHaveLength(900)
    // A width says nothing of days, nor a month of numbers.
    expect((await chartOf(TRIPS, { x: 'day', bin: 7 })).bin).toBe('week')
    expect((await chartOf(TRIPS, { x: 'length', bin: 'month' })).bin).toBe(50)
  })

  it('are refused bins that nobody could tell apart, with one that can be drawn', async () => {
    expect(await refusalOf(TRIPS, { x: 'length', bin: 'none' })).toMatch(/^filter-invalid: “length” has about [\d,]+ different values; at most 5,000 can be drawn\. Choose a bin of 0\.5 or more\.$/)
    expect(await refusalOf(TRIPS, { x: 'length', color: 'city', facet: 'kind', bin: 1 })).toMatch(/This bin makes about 1,500 steps; at most 185 can be drawn\. Choose a bin of 10 or more\./)
    expect(await refusalOf(TRIPS, { x: 'length', color: 'city', facet: 'kind', bin: 10 })).toBe('drawn')
  })

  it('reach from the first day to the last, before the calendar changed too [B6]', async () => {
    const old = await chartOf(OLD, { x: 'day', y: 'n', aggregate: 'sum' })
    expect(numbersOf(old.rows)).toEqual([['0001-01-01T00:00:00.000Z', 1], ['1581-12-31T00:00:00.000Z', 2], ['1582-10-04T00:00:00.000Z', 3], ['1582-10-15T00:00:00.000Z', 4], ['9999-12-31T00:00:00.000Z', 5]])
    expect(old.limits).toEqual([{ kind: 'left-out', column: 'day', rows: 1, why: 'empty' }])
    expect((await chartOf(OLD, { x: 'n', color: 'day' })).colors).toEqual(['0001-01-01', '1581-12-31', '1582-10-04', '1582-10-15', '9999-12-31', 'null'])
  })

  it('reach from the least to the greatest that there is', async () => {
    const huge = await chartOf(table('huge', { x: 'double', y: 'double' }), { x: 'x' })
    expect([Number.isFinite(huge.bin), sum(huge.rows)]).toEqual([true, 603])
    expect((await chartOf(table('huge', { x: 'double', y: 'double' }), { x: 'x', y: 'y', aggregate: 'sum', bin: 1e308 })).rows.every(({ y }) => y === null || Number.isFinite(y))).toBe(true)
  })
})

describe('colours and small charts', () => {
  it('name the commonest, and the rest is one group with all its rows', async () => {
    const chart = await chartOf(TRIPS, { color: 'city', facet: 'city', x: 'hour' })
    expect([chart.colors?.length, chart.facets?.length, sum(chart.rows)]).toEqual([9, 12, 12_000])
    expect([chart.colors?.at(-1), chart.facets?.at(-1)]).toEqual(['other (23)', 'other (20)'])
    expect(chart.limits).toEqual([
      { kind: 'other', channel: 'color', column: 'city', named: 8, folded: 23, label: 'other (23)' }, { kind: 'other', channel: 'facet', column: 'city', named: 11, folded: 20, label: 'other (20)' },
    ])
    const first = chart.colors?.[0] ?? ''
    expect(sum(chart.rows.filter(({ color }) => color === first))).toBe(ALL.filter((i) => i % 1000 !== 0 && `c${i % 30}` === first).length)
  })

  it('are bins in their order where there are many numbers or days', async () => {
    const lengths = await chartOf(TRIPS, { color: 'length' })
    expect([lengths.isColorOrdered, lengths.colors]).toEqual([true, ['0 to 500', '500 to 1000', '1000 to 1500']])
    expect(sum(lengths.rows.filter(({ color }) => color === '500 to 1000'))).toBe(4000)
    const days = await chartOf(TRIPS, { facet: 'day' })
    expect(days.facets).toEqual(['2023', '2024', '2025'])
    expect((await chartOf(TRIPS, { facet: 'hour', color: 'delta' })).colors).toEqual(['-2', '-1', '0', '1', '2'])
    expect((await chartOf(table('old', { day: 'date', n: 'bigint' }), { x: 'n', facet: 'day' })).facets).toHaveLength(6)
  })

  it('never make more points than a page can hold', async () => {
    for (const change of [{ x: 'length', color: 'city', facet: 'day' }, { x: 'city', color: 'length', facet: 'hour' }, { mark: 'rect' as const, x: 'length', y: 'day', facet: 'hour' }]) {
      const chart = await chartOf(TRIPS, change)
      expect(chart.rows.length, JSON.stringify(change)).toBeLessThanOrEqual(POINTS_MAX)
    }
  })
})

describe('a heatmap, a pie and points', () => {
  it('a heatmap has a number for each pair', async () => {
    const counted = await chartOf(TRIPS, { mark: 'rect', x: 'hour', y: 'kind' })
    expect([counted.xType, counted.yType, counted.rows.length]).toEqual(['quantitative', 'nominal', 24])
    expect(counted.rows.find(({ x }) => x === 4)).toEqual({ x: 4, y: 'b', color: 500 })
    const mean = await chartOf(TRIPS, { mark: 'rect', x: 'length', y: 'day', color: 'delta', aggregate: 'avg' })
    expect([mean.bin, mean.yType, mean.yBin]).toEqual([50, 'temporal', 'month'])
    expect(await refusalOf(TRIPS, { mark: 'rect' })).toContain('Choose a column for Y')
  })

  it('a pie has few slices, and only of what can be added up', async () => {
    const pie = await chartOf(TRIPS, { mark: 'arc', x: 'city' })
    expect([pie.rows.length, pie.colors?.at(-1), sum(pie.rows)]).toEqual([9, 'other (23)', 12_000])
    expect(await refusalOf(TRIPS, { mark: 'arc', y: 'length', aggregate: 'avg' })).toContain('the parts of a whole')
    expect(await refusalOf(TRIPS, { mark: 'arc', x: 'hour', y: 'delta', aggregate: 'sum' })).toBe('drawn')
    expect(await refusalOf(TRIPS, { mark: 'arc', x: 'delta', y: 'delta', aggregate: 'sum' })).toContain('less than nothing')
  })

  it('points have a size, summed up like the rest', async () => {
    const grouped = await chartOf(TRIPS, { mark: 'point', y: 'length', aggregate: 'avg', size: { column: 'hour', aggregate: 'sum' } })
    expect(grouped.rows.find(({ x }) => x === 'a')?.size).toBe(ALL.filter((i) => i % 3 === 0).reduce((total, i) => total + (i % 24), 0))
    expect((await chartOf(TRIPS, { mark: 'point', size: { column: null, aggregate: 'count' } })).rows[0]).toMatchObject({ y: 4000, size: 4000 })
    expect(await refusalOf(TRIPS, { mark: 'point', size: { column: 'kind', aggregate: 'sum' } })).toContain('must be a number')
  })

  it('of more rows than can be drawn a sample is, and that is said', async () => {
    const points = await chartOf(TRIPS, { mark: 'point', x: 'length', y: 'hour', color: 'delta', size: { column: 'hour', aggregate: 'sum' }, aggregate: 'none' })
    expect(points.rows).toHaveLength(POINTS_MAX)
    expect([points.truncated, points.limits]).toEqual([true, [{ kind: 'sample', shown: POINTS_MAX, of: 12_000 }]])
    expect(points.rows.every(({ x, y, size }) => (Number(x) * 8) % 24 === y && y === size)).toBe(true)
    const strip = await chartOf(TRIPS, { mark: 'tick', x: 'length', y: 'kind', aggregate: 'none' })
    expect([strip.yType, new Set(strip.rows.map(({ y }) => y))]).toEqual(['nominal', new Set(['a', 'b', 'c'])])
  })
})

describe('what cannot be drawn as it is', () => {
  it('NaN and infinity are in no sum, and are counted', async () => {
    const chart = await chartOf(TRIPS, { y: 'share', aggregate: 'sum' })
    const usable = ALL.filter((i) => i % 100 > 2)
    expect(sum(chart.rows)).toBe(usable.reduce((total, i) => total + (i % 7), 0))
    expect(chart.limits).toEqual([{ kind: 'left-out', column: 'share', rows: 240, why: 'not-finite' }])
    const onAxis = await chartOf(TRIPS, { x: 'share' })
    expect([sum(onAxis.rows), onAxis.limits]).toEqual([usable.length, [{ kind: 'left-out', column: 'share', rows: 360, why: 'empty' }]])
    expect((await chartOf(TRIPS, { mark: 'point', x: 'hour', y: 'share', aggregate: 'none' })).limits).toContainEqual({ kind: 'left-out', column: 'share', rows: 360, why: 'empty' })
  })

  it('a column without a value, a table of one row and one of none are answers too', async () => {
    expect(await chartOf(TRIPS, { x: 'gone' })).toMatchObject({ rows: [], limits: [{ kind: 'left-out', column: 'gone', rows: 12_000 }] })
    expect(numbersOf((await chartOf(TRIPS, { y: 'gone', aggregate: 'avg' })).rows).map(([, y]) => y)).toEqual([null, null, null])
    expect(await chartOf(TRIPS, { color: 'gone', facet: 'gone' })).toMatchObject({ colors: ['null'], facets: ['null'] })
    for (const x of ['name', 'n', 'at']) expect((await chartOf(ONE, { x, color: 'at', facet: 'n' })).rows, x).toHaveLength(1)
    expect((await chartOf(ONE, { x: 'at', bin: 'year' })).rows).toEqual([{ x: '2024-01-01T00:00:00.000Z', y: 1 }])
    for (const mark of ['bar', 'arc', 'rect'] as const) expect((await chartOf(table('none', { name: 'string', n: 'bigint' }), { mark, x: 'name', y: 'n', aggregate: mark === 'rect' ? 'count' : 'sum' })).rows, mark).toEqual([])
  })

  it('two long texts that begin alike are two bars', async () => {
    const cut = `${'x'.repeat(200)}…`
    expect(numbersOf((await chartOf(table('long', { text: 'string' }), { x: 'text' })).rows)).toEqual([[cut, 2], [`${cut} (2)`, 1]])
    expect((await chartOf(table('long', { text: 'string' }), { x: 'text', color: 'text', sort: 'least' })).rows.map(({ x, y, color }) => [x, y, color])).toEqual([[cut, 1, `${cut} (2)`], [`${cut} (2)`, 2, cut]])
  })

  it('of a million categories the first are drawn, and how many there are is said', async () => {
    const many = table('many', { name: 'string', n: 'bigint' })
    const bars = await chartOf(many, { x: 'name', y: 'n', aggregate: 'sum' })
    expect([bars.rows.length, bars.rows[0], bars.limits]).toEqual([CATEGORIES_MAX, { x: 'name 999999', y: 999_999 }, [{ kind: 'kept', column: 'name', shown: CATEGORIES_MAX, of: 1_000_000, by: 'greatest' }]])
    const colored = await chartOf(many, { x: 'n', color: 'name' })
    expect([sum(colored.rows), colored.colors?.at(-1)]).toEqual([1_000_000, 'other (999,992)'])
    const both = await chartOf(many, { x: 'name', color: 'n', sort: 'z-a' })
    expect([both.rows[0]?.x, both.limits[0]]).toMatchObject(['name 999999', { kind: 'kept', shown: 200, of: 1_000_000, by: 'z-a' }])
  })

  it.each([
    [{ y: 'kind', aggregate: 'sum' }, 'Y must be a number; “kind” is string'], [{ y: null, aggregate: 'avg' }, 'Choose a column for Y'], [{ x: 'nowhere' }, 'column-missing'],
    [{ mark: 'line', x: 'hour', y: 'kind', aggregate: 'none' }, 'Y must be a number'], [{ mark: 'rect', y: 'hour', color: 'length', aggregate: 'none' }, 'A heatmap shows groups'],
  ] as [Partial<ChartEncoding>, string][])('%j is refused with what to choose', async (change, sentence) => expect(await refusalOf(TRIPS, change)).toContain(sentence))

  it('bytes have no place on a chart', async () => expect(await refusalOf(NAMED, { x: 'bytes' })).toContain('no place on a chart'))
})
