/** Charts before any data: what a choice keeps, how old and hostile ones are read, how wide marks are, what is said, and that each description is one that Vega draws. */
import fc from 'fast-check'
import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { AGGREGATES, MARKS, ofFirstRows, stackOf, STACKS, type ChartData, type ChartEncoding, type ChartRow } from '#lib/domain/chart.ts'
import { aggregatesFor, chooseAggregate, chooseMark, chooseMeasured, chooseX, fitsColumns, measurable, withPart } from '#lib/domain/chart-choice.ts'
import { intervalsOf } from '#lib/domain/chart-intervals.ts'
import { CHART_COLORS, rampOf } from '#lib/domain/chart-look.ts'
import { paperSpec } from '#lib/domain/chart-paper.ts'
import { readChartSource, writeChartSource } from '#lib/domain/chart-source.ts'
import { chartSpec, type ChartSpec } from '#lib/domain/chart-spec.ts'
import { describeChart, emptySentence, limitSentences, withoutCut } from '#lib/domain/chart-words.ts'
import { guessChart } from '#lib/domain/guess-chart.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { readEncoding } from '#lib/domain/read-encoding.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { rolesOf } from '#server/reader/chart-roles.ts'

const BARS: ChartEncoding = { mark: 'bar', x: 'city', y: 'amount', color: 'kind', aggregate: 'avg' }
const COLUMNS: ResultColumn[] = [{ name: 'city', type: 'string' }, { name: 'kind', type: 'string' }, { name: 'amount', type: 'double' }, { name: 'day', type: 'date' }]

describe('a choice', () => {
  it('is the same chart turned, when a heatmap is made of it and back', () => {
    const heat = chooseMark(COLUMNS, BARS, 'rect')
    expect(heat).toEqual({ ...BARS, mark: 'rect', y: 'kind', color: 'amount' })
    expect(chooseMark(COLUMNS, heat, 'bar')).toEqual(BARS)
    expect(chooseMark(COLUMNS, { ...BARS, color: null }, 'rect')).toMatchObject({ y: 'kind', color: 'amount' })
  })

  it('keeps what was meant as far as it can be drawn', () => {
    expect(chooseMark(COLUMNS, BARS, 'arc')).toMatchObject({ mark: 'arc', y: 'amount', aggregate: 'sum' })
    expect(chooseMark(COLUMNS, { ...BARS, mark: 'point', y: 'kind', aggregate: 'none' }, 'line')).toMatchObject({ mark: 'line', y: 'amount', aggregate: 'none' })
    expect(chooseAggregate(COLUMNS, BARS, 'count')).toMatchObject({ y: null, aggregate: 'count' })
    expect(chooseAggregate(COLUMNS, { ...BARS, y: null, aggregate: 'count' }, 'median')).toMatchObject({ y: 'amount', aggregate: 'median' })
    expect(chooseAggregate(COLUMNS.slice(0, 2), BARS, 'sum')).toMatchObject({ y: null, aggregate: 'count' })
    expect(chooseX({ ...BARS, bin: 5 }, 'day')).toEqual({ ...BARS, x: 'day' })
    expect(withPart({ ...BARS, facet: 'kind' }, 'facet', null)).toEqual(BARS)
  })

  it('knows the tables that have its columns', () => {
    expect(fitsColumns({ ...BARS, facet: 'day', size: { column: 'amount', aggregate: 'sum' } }, COLUMNS)).toBe(true)
    expect(fitsColumns({ ...BARS, facet: 'gone' }, COLUMNS)).toBe(false)
    expect(fitsColumns({ ...BARS, filter: [{ column: 'day', operator: 'is-null', value: null }] }, COLUMNS)).toBe(true)
    expect(fitsColumns({ ...BARS, filter: [{ column: 'gone', operator: 'is-null', value: null }] }, COLUMNS)).toBe(false)
  })

  it('keeps the filter that it was made with, through its text and back, and says it', () => {
    const some: ChartEncoding = { ...BARS, filter: [{ column: 'kind', operator: '=', value: 'rail' }] }
    const source = { cellId: 'cell-1' as CellId, table: null, encoding: some }
    expect(readChartSource(writeChartSource(source))).toEqual(source)
    expect(readEncoding({ ...some, filter: [{ column: 'kind', operator: 'maybe', value: 'rail' }] })).toEqual(BARS)
    expect(chooseMark(COLUMNS, some, 'line')).toEqual({ ...some, mark: 'line' })
    expect(describeChart(some)).toBe('bars of average of amount by city, coloured by kind, of the rows where “kind” equals “rail”')
    const data: ChartData = { rows: [], xType: 'nominal', bin: null, truncated: false, limits: [] }
    expect(limitSentences(some, data)).toEqual(['Only rows where “kind” equals “rail”.'])
    expect(emptySentence(some, data)).toBe('There is nothing to draw: in no row “kind” equals “rail”.')
    const all = { ...some, filter: [] }
    expect([limitSentences(all, data), emptySentence(all, data)]).toEqual([[], 'There is nothing to draw: the table has no rows.'])
  })

  it('whatever is picked, one after the other, can be drawn', () => {
    const types = fc.constantFrom('string', 'double', 'int', 'date', 'timestamp', 'boolean', 'decimal(10,2)', 'array<int>', 'binary')
    const tables = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), type: types }), { minLength: 1, maxLength: 5, selector: ({ name }) => name })
    const picks = fc.array(fc.tuple(fc.constantFrom('mark', 'aggregate', 'measured', 'x', 'color'), fc.nat(20)), { maxLength: 12 })
    fc.assert(fc.property(tables, picks, (columns, all) => {
      let now = guessChart(columns)
      if (now === null) return
      const plain = columns.filter(({ type }) => !['array<int>', 'binary'].includes(type))
      for (const [what, n] of all) {
        const one = <T>(list: readonly T[]): T => list[n % list.length] as T
        if (what === 'mark') now = chooseMark(columns, now, one(MARKS))
        else if (what === 'aggregate') now = chooseAggregate(columns, now, one(aggregatesFor(columns, now)))
        else if (what === 'x') now = chooseX(now, one(plain).name)
        else if (what === 'measured') now = measurable(columns, now).length === 0 ? now : chooseMeasured(now, one(measurable(columns, now)).name)
        else if (now.mark !== 'rect' && now.mark !== 'arc') now = { ...now, color: one(plain).name }
        const roles = rolesOf(columns, now)
        expect(roles.ok ? 'ok' : `${roles.message} ${JSON.stringify(now)}`).toBe('ok')
      }
    }))
  })
})

describe('an encoding from outside', () => {
  it('that is old means what it meant', () => {
    const old = { mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count' }
    expect(readEncoding(old)).toEqual(old)
    expect(readChartSource(JSON.stringify({ cellId: 'cell-1', ...old }))).toEqual({ cellId: 'cell-1', table: null, encoding: old })
  })

  it.each([
    [{ bin: -1, sort: 'up', stack: 3, size: { column: 'n', aggregate: 'mode' }, facet: '' }, {}], [{ bin: 'month', sort: 'a-z' }, { bin: 'month', sort: 'a-z' }],
    [{ size: { column: 'n', aggregate: 'count' } }, { size: { column: null, aggregate: 'count' } }], [{ bin: Infinity, color: {} }, {}],
  ])('keeps of %j only what it understands', (given, kept) => expect(readEncoding({ ...BARS, color: null, ...given })).toEqual({ ...BARS, color: null, ...kept }))

  it('never throws, and is the same when it is read again', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), fc.record({ mark: fc.constantFrom(...MARKS, 'pie'), x: fc.string(), y: fc.anything(), color: fc.anything(), aggregate: fc.constantFrom(...AGGREGATES), bin: fc.anything(), size: fc.anything() })), (value) => {
      const read = readEncoding(value)
      expect(readEncoding(read)).toEqual(read)
    }))
  })

  it('stands in a chart cell with the place of its table', () => {
    const source = { cellId: 'cell-1' as CellId, table: 2, encoding: { ...BARS, facet: 'day' } }
    expect(readChartSource(writeChartSource(source))).toEqual(source)
    for (const text of ['', '{', '[]', 'null', '{"cellId":"cell-1"}', '{"cellId":5,"mark":"bar","x":"a","aggregate":"count"}']) expect(readChartSource(text)).toBeNull()
  })
})

it.each([
  [{}, 'grouped'], [{ aggregate: 'sum' }, 'stacked'], [{ aggregate: 'none' }, 'stacked'], [{ stack: 'stacked' }, 'stacked'], [{ stack: 'normalized' }, 'grouped'], [{ stack: 'normalized', aggregate: 'count' }, 'normalized'],
  [{ mark: 'area' }, 'overlaid'], [{ mark: 'area', stack: 'grouped' }, 'overlaid'], [{ mark: 'line' }, null], [{ color: null }, null],
] as [Partial<ChartEncoding>, string | null][])('series of %j stand %s', (change, expected) => expect(stackOf({ ...BARS, ...change })).toBe(expected))

describe('how wide a mark is', () => {
  it.each([
    [[0, 10], 'quantitative', 10, 10, [10.3, 19.7]], [[1, 2, 4], 'quantitative', null, 2, [1.58, 2.42]], [[7], 'quantitative', null, 7, [6.58, 7.42]],
    [['2024-01-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'], 'temporal', null, '2024-02-01T00:00:00.000Z', ['2024-02-01T20:52:48.000Z', '2024-02-29T03:07:12.000Z']],
  ] as const)('%j of type %s in bins of %j', (values, type, bin, value, expected) => {
    const interval = intervalsOf(values, type, bin)?.(value)
    expect(interval?.map((one) => (typeof one === 'number' ? Number(one.toFixed(9)) : one))).toEqual(expected)
  })

  it('is none where they would be thinner than a line', () => {
    expect(intervalsOf([0, 0.001, 1000], 'quantitative', null)).toBeNull()
    expect(intervalsOf(['2024-01-01T00:00:01.000Z', '2025-01-01T00:00:00.000Z'], 'temporal', null)).toBeNull()
    expect(intervalsOf(['a'], 'nominal', null)).toBeNull()
  })
})

describe('what is said', () => {
  const data = (change: Partial<ChartData>): ChartData => ({ rows: [], xType: 'nominal', bin: null, truncated: false, limits: [], ...change })
  it('of what is not shown', () => {
    expect(limitSentences(BARS, data({ limits: [
      { kind: 'kept', column: 'city', shown: 200, of: 1_000_000, by: 'greatest' }, { kind: 'other', channel: 'color', column: 'kind', named: 8, folded: 12, label: 'other (12)' },
      { kind: 'sample', shown: 5000, of: 70_000 }, { kind: 'left-out', column: 'amount', rows: 1, why: 'not-finite' },
    ] }))).toEqual([
      '200 of 1\u202f000\u202f000 values of “city” are drawn: those with the greatest values.', 'The 12 other values of “kind” are one colour.', 'A fair sample of 5\u202f000 of 70\u202f000 rows is drawn.', '1 row with NaN or infinity in “amount” is left out.',
    ])
  })

  it('first of all that the table is the first rows of more, but not beside a place that says it', () => {
    const some: ChartEncoding = { ...BARS, filter: [{ column: 'kind', operator: '=', value: 'rail' }] }
    const cut = ofFirstRows(data({ limits: [{ kind: 'left-out', column: 'amount', rows: 2, why: 'not-finite' }] }), 10_000)
    const others = ['Only rows where “kind” equals “rail”.', '2 rows with NaN or infinity in “amount” are left out.']
    expect([cut.truncated, limitSentences(some, cut)]).toEqual([true, ['Drawn from the first 10\u202f000 rows of more.', ...others]])
    expect(limitSentences(some, { ...cut, limits: withoutCut(cut.limits) })).toEqual(others)
    expect(emptySentence(some, ofFirstRows(data({}), 1000))).toBe('There is nothing to draw in the first 1\u202f000 rows of more: in no row “kind” equals “rail”.')
    expect(emptySentence(BARS, ofFirstRows(data({ rows: [{ x: 'a', y: null }] }), 1))).toBe('There is nothing to draw in the first 1 row of more: “amount” is empty in every row.')
  })

  it('where there is nothing to draw', () => {
    expect(emptySentence(BARS, data({}))).toBe('There is nothing to draw: the table has no rows.')
    expect(emptySentence(BARS, data({ rows: [{ x: 'a', y: null }] }))).toBe('There is nothing to draw: “amount” is empty in every row.')
    expect(emptySentence(BARS, data({ limits: [{ kind: 'left-out', column: 'city', rows: 3, why: 'empty' }] }))).toBe('There is nothing to draw: “city” holds no value in any row.')
    expect(emptySentence(BARS, data({ rows: [{ x: 'a', y: 0 }] }))).toBeNull()
  })

  it('to people who do not see it', () => {
    expect(describeChart({ ...BARS, facet: 'day' })).toBe('bars of average of amount by city, coloured by kind, one for each day')
    expect(describeChart({ ...BARS, mark: 'rect', y: 'kind', color: null, aggregate: 'count' })).toBe('heatmap of rows by city and kind')
  })
})

describe('a description for Vega-Lite', () => {
  const rowsOf = (x: (i: number) => unknown, more: (i: number) => Partial<ChartRow> = () => ({})): ChartRow[] => Array.from({ length: 6 }, (_one, i) => ({ x: x(i % 3), y: i + 1, ...more(i) }))
  const draw = (encoding: ChartEncoding, data: ChartData) => drawSpec(chartSpec(encoding, data, CHART_COLORS.light, { width: 600, height: 300 }, 'Title'))
  const drawSpec = async (from: ChartSpec) => {
    const warnings: string[] = []
    const logger = { level: () => logger, error: (...all: unknown[]) => (warnings.push(all.join(' ')), logger), warn: (...all: unknown[]) => (warnings.push(all.join(' ')), logger), info: () => logger, debug: () => logger }
    const { spec } = compile(from as never, { logger: logger as never })
    const view = new View(parse(spec, undefined, { ast: true }), { renderer: 'none', expr: expressionInterpreter as never, logger: logger as never })
    const svg = await view.toSVG()
    view.finalize()
    return { warnings, svg, marks: [...svg.matchAll(/role="graphics-symbol" aria-roledescription="(?!legend|axis|(?:sub)?title)/g)].length }
  }
  const XS = { nominal: (i: number) => `c${i}`, quantitative: (i: number) => i * 10, temporal: (i: number) => new Date(Date.UTC(2024, i, 1)).toISOString() }
  const colored = (i: number): Partial<ChartRow> => ({ color: i < 3 ? 'u' : 'v' })

  it.each(MARKS.filter((mark) => mark !== 'rect' && mark !== 'arc').flatMap((mark) => (['nominal', 'quantitative', 'temporal'] as const).map((xType) => [mark, xType] as const)))('%s over %s is drawn, without and with colours, in one and in many', async (mark, xType) => {
    const encoding: ChartEncoding = { mark, x: 'x axis', y: 'n', color: null, aggregate: 'sum' }
    const bare: ChartData = { rows: rowsOf(XS[xType]).slice(0, 3), xType, bin: null, truncated: false, limits: [] }
    // An area has a line along its edge.
    const [one, two] = mark === 'line' ? [1, 2] : mark === 'area' ? [2, 4] : [3, 6]
    expect(await draw(encoding, bare)).toMatchObject({ warnings: [], marks: one })
    const both: ChartData = { ...bare, rows: rowsOf(XS[xType], colored), colors: ['u', 'v'] }
    for (const stack of STACKS) expect(await draw({ ...encoding, color: 'kind', stack }, both), stack).toMatchObject({ warnings: [], marks: two })
    const small: ChartData = { ...both, rows: rowsOf(XS[xType], (i) => ({ ...colored(i), facet: i < 3 ? 'f' : 'g' })), facets: ['f', 'g'] }
    expect(await draw({ ...encoding, color: 'kind', facet: 'part' }, small)).toMatchObject({ warnings: [], marks: two })
  })

  it.each([[[2001], ['2001']], [[2001, 2002, 2003], ['2001', '2002', '2003']], [[0, 20_000], ['0', '10,000', '20,000']], [[0, 0.5, 1], ['0', '0.5', '1']]])('an axis of %j is labelled as people write such numbers', async (values, labels) => {
    const data: ChartData = { rows: values.map((x) => ({ x, y: 1 })), xType: 'quantitative', bin: null, truncated: false, limits: [] }
    const { svg } = await draw({ mark: 'bar', x: 'year', y: 'n', color: null, aggregate: 'sum' }, data)
    const axis = /aria-roledescription="axis" aria-label="X-axis[\s\S]*?role-axis-title/.exec(svg)?.[0] ?? ''
    const written = [...axis.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text]) => text)
    expect(written).toEqual(expect.arrayContaining(labels))
    if (values.every((value) => Number.isInteger(value))) expect(written.filter((text) => text?.includes('.'))).toEqual([])
  })

  it.each(['nominal', 'quantitative', 'temporal'] as const)('a heatmap of %s has its tiles', async (yType) => {
    const data: ChartData = { rows: rowsOf(XS.quantitative, (i) => ({ y: XS[yType](Math.floor(i / 3)), color: i })), xType: 'quantitative', yType, bin: 10, yBin: null, truncated: false, limits: [] }
    expect(await draw({ mark: 'rect', x: 'a', y: 'b', color: null, aggregate: 'count' }, data)).toMatchObject({ warnings: [], marks: 6 })
  })

  it('a pie has its slices, the rest in grey', async () => {
    const data: ChartData = { rows: ['a', 'b', 'other (2)'].map((x, at) => ({ x, y: at + 1, color: x })), xType: 'nominal', bin: null, truncated: false, colors: ['a', 'b', 'other (2)'], limits: [{ kind: 'other', channel: 'color', column: 'c', named: 2, folded: 2, label: 'other (2)' }] }
    const { warnings, marks, svg } = await draw({ mark: 'arc', x: 'c', y: null, color: null, aggregate: 'count' }, data)
    expect([warnings, marks, svg.includes(CHART_COLORS.light.other)]).toEqual([[], 3, true])
  })

  it('points have sizes and colours that are numbers', async () => {
    const data: ChartData = { rows: rowsOf(XS.quantitative, (i) => ({ size: i, color: i / 2 })), xType: 'quantitative', bin: null, truncated: false, limits: [] }
    expect(await draw({ mark: 'point', x: 'a', y: 'b', color: 'c', aggregate: 'none', size: { column: 's', aggregate: 'sum' } }, data)).toMatchObject({ warnings: [], marks: 6 })
  })

  it.each([20_000, 3_000_000, -20_000])('the axis of values up to %d has a bare zero', async (largest) => {
    const data: ChartData = { rows: [{ x: 'a', y: largest }, { x: 'b', y: largest / 2 }], xType: 'nominal', bin: null, truncated: false, limits: [] }
    const { warnings, svg } = await draw({ mark: 'bar', x: 'c', y: 'n', color: null, aggregate: 'sum' }, data)
    const labels = [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map((match) => match[1]!)
    expect(warnings).toEqual([])
    expect(labels).toContain('0')
    expect(labels.filter((label) => /^0[a-zA-Z]/.test(label))).toEqual([])
    expect(labels.filter((label) => /^[−-]?[\d.]+[kM]$/.test(label)).length).toBeGreaterThan(2)
  })

  it('that leaves the page has its title, and what it does not show below that', async () => {
    const bare: ChartData = { rows: [{ x: 'a', y: 1 }], xType: 'nominal', bin: null, truncated: false, limits: [] }
    const encoding: ChartEncoding = { ...BARS, color: null }
    const cut = await drawSpec(paperSpec(encoding, ofFirstRows(bare, 10_000), { width: 600, height: 300 }))
    expect([cut.warnings, cut.marks]).toEqual([[], 1])
    for (const text of ['Bars of average of amount by city', 'Drawn from the first 10\u202f000 rows of more.']) expect(cut.svg).toContain(`>${text}<`)
    const whole = await drawSpec(paperSpec(encoding, bare, { width: 600, height: 300 }, 'Prices'))
    expect([whole.svg.includes('>Prices<'), whole.svg.includes('Drawn from')]).toEqual([true, false])
  })

  it('writes markup as text', async () => {
    const data: ChartData = { rows: [{ x: '<img src=x onerror=alert(1)>', y: 1 }], xType: 'nominal', bin: null, truncated: false, limits: [] }
    expect((await draw({ ...BARS, color: null, x: '</svg><script>' }, data)).svg).not.toMatch(/<(img|script)/)
  })
})

it('colours in an order go from little to much', () => {
  expect(rampOf(['#000000', '#ffffff'], 3)).toEqual(['#262626', '#939393', '#ffffff'])
  for (const { ramp } of Object.values(CHART_COLORS)) expect(new Set(rampOf(ramp, 9)).size).toBe(9)
})
