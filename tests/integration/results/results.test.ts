import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId, ResultId } from '#lib/domain/ids.ts'
import { drawCharts } from '#server/notebooks/draw-charts.ts'
import { listCellResults } from '#server/results/list-cell-results.ts'
import { newestGoodResult } from '#server/results/newest-good-result.ts'
import { readChart } from '#server/results/read-chart.ts'
import { readPage } from '#server/results/read-page.ts'
import { readResult } from '#server/results/read-result.ts'
import { createResultsWorld, TIES, type ResultsWorld } from '../../support/results-world.ts'

let world: ResultsWorld
beforeAll(async () => {
  world = await createResultsWorld()
})
afterAll(() => world.close())

const FIRST = { offset: 0, limit: 2, sort: [], filter: [] }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 9, minute))

describe('reading a result', () => {
  it('gives members what it is, its rows and its charts', async () => {
    const { resultId, runId } = await world.addResult()
    expect(await readResult(world.deps, world.owner.actor, resultId)).toMatchObject({ ok: true, value: { id: resultId, runId, columns: TIES, rows: 5000, truncated: false } })
    expect(await readPage(world.deps, world.owner.actor, resultId, FIRST)).toMatchObject({ ok: true, value: { rows: [[0, '0'], [1, '1']], total: 5000 } })
    expect(await readChart(world.deps, world.owner.actor, resultId, { mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count' })).toMatchObject({ ok: true, value: { rows: [{ x: 0, y: 1667 }, { x: 1, y: 1667 }, { x: 2, y: 1666 }] } })
  })

  it('draws of the first rows of more what they are, and says so before all else', async () => {
    const [cut, whole] = [await world.addResult({ truncated: true }), await world.addResult()]
    const encoding = { mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count' } as const
    const { signal } = new AbortController()
    const read = async (resultId: string) => readChart(world.deps, world.owner.actor, resultId, encoding, signal)
    expect(await read(cut.resultId)).toMatchObject({ ok: true, value: { rows: [{ x: 0, y: 1667 }, { x: 1, y: 1667 }, { x: 2, y: 1666 }], truncated: true, limits: [{ kind: 'cut', rows: 5000 }] } })
    expect(await read(whole.resultId)).toMatchObject({ ok: true, value: { truncated: false, limits: [] } })
  })

  it('shows nothing of it to others [S16]', async () => {
    const { resultId } = await world.addResult()
    const stranger = await world.addPerson('Sten')
    const other = await createNotebook(world.deps, world.owner.actor, { workspaceId: world.owner.slug, title: 'Other', folder: '', requestId: 'r' })
    const guestElsewhere = { kind: 'guest', shareId: 's' as never, notebookId: (other.ok ? other.value.id : '') as NotebookId } as const
    for (const actor of [stranger.actor, guestElsewhere]) {
      expect(await readResult(world.deps, actor, resultId)).toMatchObject({ ok: false, reason: 'not-found' })
      expect(await readPage(world.deps, actor, resultId, FIRST)).toMatchObject({ ok: false, reason: 'not-found' })
    }
    expect(await readPage(world.deps, null, resultId, FIRST)).toMatchObject({ ok: false, reason: 'sign-in-needed' })
    expect(await readPage(world.deps, world.owner.actor, 'not-an-id', FIRST)).toMatchObject({ ok: false, reason: 'not-found' })
    const guest = { ...guestElsewhere, notebookId: world.notebookId }
    expect(await readPage(world.deps, guest, resultId, FIRST)).toMatchObject({ ok: true })
  })
})

describe('the chart cells of a notebook', () => {
  const cellOf = (id: string, source: object | string): Cell => ({ id: id as CellId, kind: 'chart', source: typeof source === 'string' ? source : JSON.stringify(source) })
  const COUNT = { mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count' }

  it('are drawn for its file, each over its own table, as far as they can be', async () => {
    const { resultId } = await world.addResult()
    const table = { kind: 'result', resultId, columns: TIES, rows: 5000, truncated: false, text: '' } as const
    const shown = new Map([['c1' as CellId, { executionCount: 1, ranAt: null, outputs: [table, { ...table, resultId: crypto.randomUUID() as ResultId }] }]])
    const cells = [cellOf('first', { cellId: 'c1', table: 0, ...COUNT }), cellOf('gone', { cellId: 'c1', ...COUNT }), cellOf('none', { cellId: 'c9', ...COUNT }), cellOf('odd', '{'), cellOf('wrong', { cellId: 'c1', table: 0, ...COUNT, x: 'nowhere' })]
    const drawings = await drawCharts(world.deps, world.owner.actor, cells, shown)
    expect([...drawings.keys()]).toEqual(['first'])
    expect(drawings.get('first' as CellId)).toMatchObject({ text: 'bars of rows by group', spec: { data: { values: [{ x: 0, y: 1667 }, { x: 1, y: 1667 }, { x: 2, y: 1666 }] } } })
    expect(drawings.get('first' as CellId)?.spec.title).toEqual({ text: 'Bars of rows by group' })
    const stranger = await world.addPerson('Stu')
    expect((await drawCharts(world.deps, stranger.actor, cells, shown)).size).toBe(0)
  })
})

describe('a chart cell over the first rows of more', () => {
  it('says so in the file, in the drawing and in words, with its filter once', async () => {
    const { resultId } = await world.addResult({ truncated: true })
    const shown = new Map([['c1' as CellId, { executionCount: 1, ranAt: null, outputs: [{ kind: 'result', resultId, columns: TIES, rows: 5000, truncated: true, text: '' } as const] }]])
    const source = JSON.stringify({ cellId: 'c1', mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count', filter: [{ column: 'group', operator: '<', value: '2' }] })
    const drawings = await drawCharts(world.deps, world.owner.actor, [{ id: 'drawn' as CellId, kind: 'chart', source }], shown)
    expect(drawings.get('drawn' as CellId)).toMatchObject({
      text: 'bars of rows by group, of the rows where “group” is less than “2”. Drawn from the first 5\u202f000 rows of more.',
      spec: { title: { subtitle: ['Drawn from the first 5\u202f000 rows of more.', 'Only rows where “group” is less than “2”.'] }, data: { values: [{ x: 0, y: 1667 }, { x: 1, y: 1667 }] } },
    })
  })
})

describe('the newest good result of a cell', () => {
  it('is the last of a cell that succeeded, whatever failed or still runs after it', async () => {
    const cellId = 'newest'
    const first = await world.addResult({ cellId, finishedAt: at(1) })
    const good = await world.addResult({ cellId, finishedAt: at(2) })
    await world.addResult({ cellId, finishedAt: at(3), state: 'failed' })
    await world.addResult({ cellId, state: 'running' })
    const found = await newestGoodResult(world.db, world.notebookId, cellId as never)
    expect(found).toMatchObject({ result: { id: good.resultId }, cause: 'schedule' })
    expect(found?.finishedAt).toEqual(at(2))
    expect(first.resultId).not.toBe(good.resultId)
  })

  it('is none where nothing succeeded', async () => {
    await world.addResult({ cellId: 'never', state: 'cancelled' })
    expect(await newestGoodResult(world.db, world.notebookId, 'never' as never)).toBeNull()
  })

  it('is listed once per cell, named by the first line of its source', async () => {
    await world.addResult({ cellId: 'listed', source: '\n-- Delays by carrier\nselect 1', finishedAt: at(5) })
    const newer = await world.addResult({ cellId: 'listed', source: '# Delays\ndf', finishedAt: at(6) })
    const listed = await listCellResults(world.deps, world.owner.actor, world.notebookId)
    const rows = listed.ok ? listed.value.filter((one) => one.cellId === 'listed') : []
    expect(rows).toMatchObject([{ resultId: newer.resultId, label: 'Delays', rows: 5000, finishedAt: at(6).toISOString() }])
  })
})
