/** How values of a chart become groups, and the SQL of them: names from the table only, values as parameters only. */
import { describe, expect, it } from 'vitest'
import type { ChartEncoding } from '#lib/domain/chart.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { axisBucket, stepsLeft } from '#server/reader/chart-buckets.ts'
import { fewBucket, instantText, short, unlike } from '#server/reader/chart-labels.ts'
import { chartQuery } from '#server/reader/chart-query.ts'
import { rolesOf, type Group } from '#server/reader/chart-roles.ts'
import { autoBin, niceStep, stepFor, tooFine, unitFor } from '#server/reader/chart-steps.ts'
import { needsSurvey, surveyQuery } from '#server/reader/chart-survey.ts'

const DAY_MS = 86_400_000
const group = (type: string, place: Group['place'] = 'x'): Group => ({ place, column: { name: 'col', type }, type: type === 'date' ? 'temporal' : type === 'string' ? 'nominal' : 'quantitative' })
const range = (least: number, greatest: number, different = 1000) => ({ least, greatest, different })
const NOTHING = { rows: 0, drawable: 0, unusable: 0, ranges: new Map(), empty: new Map() }
const BARS: ChartEncoding = { mark: 'bar', x: 'Na"me', y: null, color: null, aggregate: 'count' }
const COLUMNS: ResultColumn[] = [{ name: 'id', type: 'bigint' }, { name: 'Na"me', type: 'string' }, { name: 'share', type: 'double' }]

describe('steps', () => {
  it.each([[0.0123, 0.02], [1, 1], [1.1, 2], [37, 50], [51, 100], [1e-9, 1e-9], [9e306, 1e307]])('the round one after %d is %d', (rough, step) => expect(niceStep(rough) / step).toBeCloseTo(1, 9))

  it('are found for all that doubles reach', () => expect(stepFor(range(-Number.MAX_VALUE, Number.MAX_VALUE), 40)).toBe(1e307))

  it.each([[10, 'hour'], [60, 'day'], [2000, 'week'], [4000, 'month'], [40_000, 'year']])('over %d days, at most 400, are by %s', (days, unit) => expect(unitFor(range(0, days * DAY_MS), 400)).toBe(unit))

  it('are not made of few values, or of one', () => {
    expect(autoBin(group('int'), range(0, 50, 51), 5000)).toBeNull()
    expect(autoBin(group('int'), range(0, 4000, 4000), 5000)).toBe(100)
    expect(autoBin(group('int'), range(7, 7, 300), 5000)).toBeNull()
  })

  it('that are too many are refused with one that fits', () => {
    expect(tooFine(group('int'), range(0, 1000, 1000), 1, 100)).toBe('This bin makes about 1,000 steps; at most 100 can be drawn. Choose a bin of 10 or more.')
    expect(tooFine(group('date'), range(0, 1000 * DAY_MS, 1000), 'day', 100)).toContain('a month or more')
    expect(tooFine(group('int'), range(0, 1e9, 3), 1, 100)).toBeNull()
  })

  it.each([[1, 1, 5000], [9, 1, 555], [9, 12, 46]])('%d colours in %d charts leave %d each', (colors, facets, left) => expect(stepsLeft(BARS, colors, facets)).toBe(left))
})

describe('labels', () => {
  it('are never shared by two groups', () => {
    const values: string[] = []
    const { labels, key } = fewBucket(group('string', 'color'), NOTHING, { values: ['other (3)', null, 'null', 'x'.repeat(300)], different: 4 }, 9, false, (value) => `$${values.push(value)}`)
    expect(labels?.all([])).toEqual(['other (3)', 'null', 'null (2)', `${'x'.repeat(200)}…`])
    expect([key, values.length]).toEqual(['CASE WHEN gc = $1 THEN 0 WHEN gc IS NULL THEN 1 WHEN gc = $2 THEN 2 WHEN gc = $3 THEN 3 ELSE 4 END', 3])
    expect([unlike(['a', 'a (2)'], 'a'), short('a')]).toEqual(['a (3)', 'a'])
  })

  it('of many years say from when to when', () => {
    const survey = { ...NOTHING, ranges: new Map([['color' as const, range(Date.UTC(1900, 0, 1), Date.UTC(2020, 0, 1))]]) }
    expect(fewBucket(group('date', 'color'), survey, null, 9, false, String).labels?.all([1900, 1918, null])).toEqual(['1900 to 1917', '1918 to 1935', 'null'])
  })

  it('of instants that no browser knows are none', () => expect([instantText(9e15), instantText(0)]).toEqual([null, '1970-01-01T00:00:00.000Z']))
})

describe('the SQL', () => {
  const rolesFor = (change: Partial<ChartEncoding>) => {
    const roles = rolesOf(COLUMNS, { ...BARS, ...change })
    if (!roles.ok) throw new Error(roles.message)
    return roles.value
  }

  it('looks at the columns only where something has to be known', () => {
    expect(needsSurvey(rolesFor({}))).toBe(false)
    expect(needsSurvey(rolesFor({ y: 'id', aggregate: 'sum' }))).toBe(false)
    expect(needsSurvey(rolesFor({ y: 'share', aggregate: 'sum' }))).toBe(true)
    expect(surveyQuery('t1', rolesFor({ x: 'id' }))).toContain('approx_count_distinct(gx)')
  })

  it('quotes names and never writes a value into the text', () => {
    const roles = rolesFor({ color: 'Na"me' })
    const bucket = axisBucket(roles.groups[0]!, NOTHING, { values: ["x'; DROP", null], different: 5 }, BARS, 200)
    if (!bucket.ok) throw new Error(bucket.message)
    const values: string[] = []
    const { sql } = chartQuery('t1', roles, [bucket.value], BARS, 200, (value) => `$${values.push(value)}`)
    expect(sql).toContain('"Na""me" AS gx')
    expect(sql).toContain('(gx IN ($1) OR gx IS NULL)')
    expect([sql.includes('DROP'), values]).toEqual([false, ["x'; DROP"]])
  })
})
