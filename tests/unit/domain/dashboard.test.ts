import { describe, expect, it } from 'vitest'
import { guessChart } from '#lib/domain/guess-chart.ts'
import { checkDashboardTitle, fitPlace, freePlace, overlaps, readTileContent } from '#lib/domain/dashboard.ts'
import { columnKind, operatorsFor } from '#lib/domain/result.ts'
import { checkOrigins, iframeSnippet } from '#lib/domain/share.ts'

describe('tiles', () => {
  it('take the first free place, row by row', () => {
    const taken = [{ x: 0, y: 0, w: 6, h: 4 }, { x: 6, y: 0, w: 3, h: 2 }]
    expect(freePlace(taken, { w: 3, h: 2 })).toEqual({ x: 9, y: 0, w: 3, h: 2 })
    expect(freePlace([...taken, { x: 9, y: 0, w: 3, h: 2 }], { w: 6, h: 2 })).toEqual({ x: 6, y: 2, w: 6, h: 2 })
    expect(freePlace([], { w: 12, h: 1 })).toEqual({ x: 0, y: 0, w: 12, h: 1 })
  })

  it('never lie outside the grid', () => {
    expect(fitPlace({ x: 11, y: -3, w: 40, h: Number.NaN })).toEqual({ x: 0, y: 0, w: 12, h: 1 })
    expect(fitPlace({ x: 11, y: 2, w: 4, h: 3 })).toEqual({ x: 8, y: 2, w: 4, h: 3 })
    expect(overlaps({ x: 0, y: 0, w: 6, h: 4 }, { x: 6, y: 0, w: 6, h: 4 })).toBe(false)
  })

  it('have options that fit their kind, and no others', () => {
    expect(readTileContent('table', { anything: 1 })).toEqual({ ok: true, value: { kind: 'table', options: {} } })
    expect(readTileContent('number', { column: 3 })).toMatchObject({ ok: false, reason: 'bad-request' })
    expect(readTileContent('text', { markdown: 'x'.repeat(20_001) })).toMatchObject({ ok: false })
    expect(readTileContent('chart', { encoding: { mark: 'pie', x: 'a', aggregate: 'count' } })).toMatchObject({ ok: false })
    expect(readTileContent('chart', { encoding: { mark: 'bar', x: 'a', y: 5, aggregate: 'count', evil: true } }))
      .toEqual({ ok: true, value: { kind: 'chart', options: { encoding: { mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count' } } } })
  })

  it('stand on a dashboard with a title', () => {
    expect(checkDashboardTitle('  Delays \n 2001 ')).toEqual({ ok: true, value: 'Delays 2001' })
    expect(checkDashboardTitle(' ')).toMatchObject({ ok: false, reason: 'title-empty' })
  })
})

describe('origins of an embed [S14]', () => {
  it.each([
    ['https://www.example.com/page?x=1', 'https://www.example.com'], ['example.com', 'https://example.com'], ['HTTP://LOCALHOST:8080/', 'http://localhost:8080'],
    ['https://*.example.com', 'https://*.example.com'], ['http://[::1]:3000', 'http://[::1]:3000'], ['*', '*'],
  ])('%s becomes %s', (text, origin) => expect(checkOrigins([text])).toEqual({ ok: true, value: [origin] }))

  it.each([[[]], [['  ']], [['https://a.com; script-src *']], [["'none'"]], [['javascript:alert(1)']], [['https://a b.com']], [['https://a.com\nx']], [['https://user@a.com']], [['https://']], [['https://*']]])('%j is refused', (origins) => {
    expect(checkOrigins(origins)).toMatchObject({ ok: false, reason: 'origin-invalid' })
  })

  it('a snippet cannot be broken out of', () => {
    expect(iframeSnippet('https://x/embed/1?a=1&b="', 'A "title" <b>', 400)).toBe('<iframe src="https://x/embed/1?a=1&amp;b=&quot;" title="A &quot;title&quot; &lt;b>" width="100%" height="400" style="border:0" loading="lazy" referrerpolicy="no-referrer"></iframe>')
  })
})

describe('columns', () => {
  it.each([['bigint', 'integer'], ['decimal(38,2)', 'decimal'], ['float', 'float'], ['timestamp_ntz', 'timestamp'], ['varchar(10)', 'text'], ['array<int>', 'nested'], ['struct<a:int>', 'nested'], ['void', 'nested'], ['binary', 'binary']])('%s is %s', (type, kind) => {
    expect(columnKind(type)).toBe(kind)
  })

  it('offer only operators that mean something', () => {
    expect(operatorsFor('nested')).toEqual(['contains', 'not-contains', 'is-null', 'is-not-null'])
    expect(operatorsFor('boolean')).not.toContain('<')
  })
})

describe('the first guess of a chart', () => {
  const guess = (...columns: [string, string][]) => guessChart(columns.map(([name, type]) => ({ name, type })))
  it.each([
    [[['period', 'date'], ['delay', 'double']], { mark: 'line', x: 'period', y: 'delay', aggregate: 'avg' }],
    [[['carrier', 'string'], ['flights', 'bigint']], { mark: 'bar', x: 'carrier', y: 'flights' }],
    [[['name', 'string'], ['id', 'bigint']], { mark: 'bar', x: 'name', y: null, aggregate: 'count' }],
    [[['hour', 'int'], ['delay', 'double']], { mark: 'bar', x: 'hour', y: 'delay' }],
    [[['distance', 'int'], ['delay', 'double']], { mark: 'point', x: 'distance', y: 'delay', aggregate: 'none' }],
    [[['delay', 'double']], { mark: 'bar', x: 'delay', aggregate: 'count' }],
  ] as [[string, string][], object][])('%j', (columns, expected) => expect(guess(...columns)).toMatchObject(expected))

  it('is none where nothing can be drawn', () => expect(guess(['tags', 'array<int>'])).toBeNull())
})
