/** The parts of a grid beside its rows: texts for the clipboard, hits in a text, a file that is taken along, summaries as they come and go, the way from hit to hit, and whose view one sees. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import { layOut, PLAIN_VIEW, type TableView } from '#lib/domain/table-view.ts'
import { geometryInView, geometryOf, positionAt } from '#lib/ui/result/column-geometry.ts'
import { ColumnSummaries } from '#lib/ui/result/column-summaries.svelte.ts'
import { fetchTable } from '#lib/ui/result/download-table.ts'
import { ResultTable } from '#lib/ui/result/result-table.svelte.ts'
import { splitAtHits, TableSearch } from '#lib/ui/result/table-search.svelte.ts'
import { tableText } from '#lib/ui/result/table-text.ts'
import type { TableViews } from '#lib/ui/result/table-views.ts'
import { ViewState } from '#lib/ui/result/view-state.svelte.ts'

const COLUMNS = [{ name: 'n', type: 'bigint' }, { name: 'a|b', type: 'string' }]
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a table as text', () => {
  it('is CSV with quotes where they are needed', () => expect(tableText('csv', COLUMNS, [['1', 'x, "y"'], [null, 'line\nend']], true)).toBe('n,a|b\r\n1,"x, ""y"""\r\n,"line\nend"'))
  it('is Markdown whose cells stay cells', () => expect(tableText('markdown', COLUMNS, [['1', 'a|b\n*c* <i>']], false)).toBe('| n | a\\|b |\n| ---: | --- |\n| 1 | a\\|b<br>\\*c\\* \\<i\\> |'))
})

describe('hits in a text', () => {
  it.each([
    ['Row 10, row 11', 'ROW', 'Row| 10, |row| 11'], ['abc', 'x', 'abc'], ['abc', '', 'abc'], ['aaa', 'a', 'a|a|a'], ['İstanbul', 'stan', 'İstanbul'],
  ])('%j: %j', (text, wanted, expected) => {
    const parts = splitAtHits(text, wanted)
    expect(parts.map((part) => part.text).join('|')).toBe(expected)
    expect(parts.map((part) => part.text).join('')).toBe(text)
  })
})

describe('a file', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('of a wide view names all its columns, and comes whole under the name that the server gives', async () => {
    const asked: [string, RequestInit][] = []
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      asked.push([url, init])
      return new Response('"a"\r\n', { headers: { 'content-type': 'text/csv', 'content-length': '5', 'content-disposition': "attachment; filename*=UTF-8''Sales%20%C3%A4.csv" } })
    })
    const order = { sort: [{ column: 'a&b', direction: 'asc' as const }], filter: [] }
    const columns = Array.from({ length: 9000 }, (_, at) => `column ${at}`)
    const told: unknown[] = []
    const file = await fetchTable('/x?result=1', { format: 'csv', hasBom: true, order, columns }, new AbortController().signal, (progress) => void told.push(progress))
    expect(asked.map(([url, { method }]) => [url, method])).toEqual([['/x?result=1', 'POST']])
    expect(JSON.parse(String(asked[0]?.[1].body))).toEqual({ format: 'csv', hasBom: true, ...order, columns })
    expect(file.ok && [file.value.name, await file.value.blob.text()]).toEqual(['Sales ä.csv', '"a"\r\n'])
    expect([told[0], told.at(-1)]).toEqual([{ done: 0, all: null }, { done: 5, all: 5 }])
  })
})

describe('columns in view', () => {
  it('of a pinned layout: the held ones, and of the others those beside them', () => {
    const columns = Array.from({ length: 100 }, (_, at) => ({ name: `c${at}`, type: 'int' }))
    const layout = layOut(columns, { ...PLAIN_VIEW, pinned: ['c50'] })
    const geometry = geometryInView(geometryOf(layout, () => 100), 2000, 800)
    expect([geometry.held, geometry.heldPx, geometry.scrolledAt[0], geometry.scrolledAt.at(-1)]).toEqual([1, 100, 20, 28])
    expect([positionAt(geometry, 50, 2000), positionAt(geometry, 150, 2000)]).toEqual([0, 21])
    expect(geometryInView(geometryOf(layout, () => 100), 0, 150).held).toBe(0)
  })
})

describe('a wide table', () => {
  it('comes in blocks of columns', async () => {
    const asked: unknown[] = []
    const wide = new ResultTable(async (request) => {
      asked.push(request.columns)
      const { first = 0, count = 0 } = request.columns ?? {}
      return { ok: true, value: { columns: [], rows: [Array.from({ length: count }, (_, at) => first + at)], offset: 0, total: 1 } }
    }, 1, null, 1000)
    wide.load(0, 1, [3, 130, 999])
    await pause(0)
    expect(asked).toEqual([{ first: 0, count: 64 }, { first: 128, count: 64 }, { first: 960, count: 40 }])
    expect([wide.value(0, 3), wide.value(0, 130), wide.value(0, 999), wide.value(0, 500)]).toEqual([3, 130, 999, undefined])
  })
})

describe('summaries', () => {
  it('are asked for a few at a time, once, and given up when they are scrolled away', async () => {
    const asked: { columns: string[]; signal: AbortSignal; answer: () => void }[] = []
    const summaries = new ColumnSummaries((columns, signal) => new Promise<Outcome<ColumnSummary[]>>((resolve) => {
      asked.push({ columns, signal, answer: () => resolve({ ok: true, value: columns.map((column) => ({ column }) as ColumnSummary) }) })
    }))
    const names = Array.from({ length: 10 }, (_, at) => `c${at}`)
    summaries.want(names)
    await pause(150)
    expect(asked.map(({ columns }) => columns.length)).toEqual([8])
    asked[0]!.answer()
    await pause(0)
    expect(asked[1]?.columns).toEqual(['c8', 'c9'])
    expect(summaries.of('c3')).not.toBeNull()
    summaries.want(['z'])
    expect(asked[1]?.signal.aborted).toBe(true)
    await pause(150)
    expect(asked[2]?.columns).toEqual(['z'])
    summaries.close()
  })
})

describe('a search', () => {
  it('goes from hit to hit and around, asks by the hundred, and shows nothing of a text that is no more', async () => {
    const asked: FindRequest[] = []
    const search = new TableSearch(async (request) => {
      asked.push(request)
      return { ok: true, value: { total: 250, hits: Array.from({ length: Math.min(200, 250 - request.offset) }, (_, at) => ({ row: (request.offset + at) * 10, columns: [1] })) } } satisfies Outcome<FoundRows>
    }, () => ({ sort: [], filter: [] }))
    search.type('x')
    await search.go(0)
    expect([search.total, search.index, search.current?.row]).toEqual([250, 0, 0])
    search.step(-1)
    await pause(0)
    expect([search.index, search.current?.row, asked.at(-1)?.offset]).toEqual([249, 2490, 200])
    search.step(1)
    await pause(0)
    expect([search.index, search.current?.row]).toEqual([0, 0])
    search.type('')
    expect([search.total, search.current]).toEqual([null, null])
  })
})

describe('whose view one sees', () => {
  const make = (canShare = true) => {
    let shared: TableView | null = null
    const views: TableViews = { cellId: 'c1', shared: () => shared, share: (_table, view) => void (shared = view), canShare: () => canShare, key: () => 'k', makeChartCell: () => null }
    return { views, shared: () => shared, set: (view: TableView | null) => void (shared = view) }
  }
  const hidden = (name: string): TableView => ({ ...PLAIN_VIEW, hidden: [name] })

  it('is one’s own until it is shared, then everybody’s', () => {
    const notebook = make()
    const state = new ViewState(notebook.views, 0)
    state.change(hidden('a'))
    expect([notebook.shared(), state.isShared]).toEqual([null, false])
    state.share(true)
    expect([notebook.shared()?.hidden, state.isShared]).toEqual([['a'], true])
    state.change(hidden('b'))
    expect(notebook.shared()?.hidden).toEqual(['b'])
    state.share(false)
    state.change(hidden('c'))
    expect([notebook.shared()?.hidden, state.current.hidden, state.isAside]).toEqual([['b'], ['c'], true])
    state.follow()
    expect(state.current.hidden).toEqual(['b'])
    state.reset()
    expect(notebook.shared()).toBeNull()
  })

  it('of who may not share is left alone by what they change', () => {
    const notebook = make(false)
    notebook.set(hidden('a'))
    const state = new ViewState(notebook.views, 0)
    expect([state.current.hidden, state.isShared, state.canShare]).toEqual([['a'], true, false])
    state.change(hidden('b'))
    expect([notebook.shared()?.hidden, state.current.hidden]).toEqual([['a'], ['b']])
    state.reset()
    expect([notebook.shared()?.hidden, state.isPlain]).toEqual([['a'], true])
  })
})
