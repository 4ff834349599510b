/** Dashboards and their embeds: what is shown follows good runs, and an embed gives its tiles and nothing else. */
import { randomBytes } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TILES_MAX, type TileKind } from '#lib/domain/dashboard.ts'
import { LINKS_MAX } from '#lib/domain/share.ts'
import { createDashboard } from '#server/dashboards/create-dashboard.ts'
import { deleteDashboard } from '#server/dashboards/delete-dashboard.ts'
import { editDashboard } from '#server/dashboards/edit-dashboard.ts'
import { listDashboards } from '#server/dashboards/list-dashboards.ts'
import { readDashboard } from '#server/dashboards/read-dashboard.ts'
import { addTile, editTile, removeTile } from '#server/dashboards/write-tile.ts'
import { showNumber } from '#server/dashboards/show-number.ts'
import { createShare } from '#server/shares/create-share.ts'
import { embedResult } from '#server/shares/embed-result.ts'
import { embedOrigins, openEmbed, readEmbedChart, readEmbedPage } from '#server/shares/open-embed.ts'
import { downloadEmbed, findInEmbed, summarizeEmbed } from '#server/shares/read-embed-table.ts'
import { revokeShare } from '#server/shares/revoke-share.ts'
import { createWorkspace } from '#server/workspaces/create-workspace.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { dashboards, shares, tiles } from '#server/store/schema/dashboards.ts'
import { notebooks } from '#server/store/schema/notebooks.ts'
import { results } from '#server/store/schema/runs.ts'
import { createResultsWorld, type ResultsWorld } from '../../support/results-world.ts'

let world: ResultsWorld
beforeAll(async () => {
  world = await createResultsWorld()
})
afterAll(() => world.close())

const ENCODING = { mark: 'bar', x: 'group', y: null, color: null, aggregate: 'count' }
const PAGE = { offset: 0, limit: 2, sort: [], filter: [] }
const OPTIONS: Record<TileKind, Record<string, unknown>> = { table: {}, chart: { encoding: ENCODING }, number: { column: 'n' }, text: { markdown: '# Hi' } }

async function dashboard(title = 'Delays'): Promise<string> {
  const made = await createDashboard(world.deps, world.owner.actor, { workspaceId: world.owner.slug, title, requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  return made.value.id
}
async function tile(dashboardId: string, kind: TileKind, cellId = 'c1') {
  const source = kind === 'text' ? null : { notebookId: world.notebookId, cellId }
  const added = await addTile(world.deps, world.owner.actor, { dashboardId, kind, title: kind, source, options: OPTIONS[kind] })
  if (!added.ok) throw new Error(added.message)
  return added.value
}
const tilesOf = async (dashboardId: string) => {
  const read = await readDashboard(world.deps, world.owner.actor, dashboardId)
  if (!read.ok) throw new Error(read.message)
  return read.value.tiles
}

describe('a dashboard', () => {
  it('shows the newest good result of each cell, and follows it', async () => {
    const id = await dashboard()
    await tile(id, 'table', 'follow')
    expect(await tilesOf(id)).toMatchObject([{ kind: 'table', result: null, source: { notebookTitle: 'Plan' } }])
    const first = await world.addResult({ cellId: 'follow', finishedAt: new Date(Date.UTC(2026, 0, 1)) })
    expect(await tilesOf(id)).toMatchObject([{ result: { id: first.resultId, cause: 'schedule', rows: 5000 } }])
    await world.addResult({ cellId: 'follow', state: 'failed', finishedAt: new Date(Date.UTC(2026, 0, 2)) })
    expect(await tilesOf(id)).toMatchObject([{ result: { id: first.resultId } }])
    const second = await world.addResult({ cellId: 'follow', finishedAt: new Date(Date.UTC(2026, 0, 3)) })
    expect(await tilesOf(id)).toMatchObject([{ result: { id: second.resultId, missed: null } }])
    // Removed by the workspace's rule, it is none to show.
    await world.db.update(results).set({ removedAt: new Date() }).where(eq(results.id, second.resultId))
    expect(await tilesOf(id)).toMatchObject([{ result: { id: first.resultId } }])
    await world.db.update(results).set({ removedAt: null }).where(eq(results.id, second.resultId))
  })

  it('says that a newer run of its cell went wrong, and no more when one has gone well', async () => {
    const id = await dashboard()
    await tile(id, 'table', 'missed')
    const at = (day: number) => new Date(Date.UTC(2026, 0, day))
    const missed = async () => (await tilesOf(id))[0]?.result?.missed
    await world.addResult({ cellId: 'missed', finishedAt: at(2) })
    expect(await missed()).toBeNull()
    await world.addResult({ cellId: 'missed', state: 'failed', finishedAt: at(1) })
    await world.addResult({ cellId: 'another', state: 'failed', finishedAt: at(3) })
    expect(await missed()).toBeNull()
    for (const [day, state] of [[3, 'failed'], [4, 'skipped'], [5, 'lost']] as const) {
      const { runId } = await world.addResult({ cellId: 'missed', state, finishedAt: at(day) })
      expect(await missed()).toEqual({ runId, state, finishedAt: at(day).toISOString() })
    }
    const stopped = await world.addResult({ cellId: 'missed', state: 'cancelled', finishedAt: at(6) })
    await world.sql`update runs set state = 'cancelled' where id = ${stopped.runId}`
    expect(await missed()).toMatchObject({ state: 'lost' })
    await world.addResult({ cellId: 'missed', finishedAt: at(7) })
    expect(await missed()).toBeNull()
  })

  it('shows a number, or why there is none', async () => {
    const id = await dashboard()
    await world.addResult({ cellId: 'number' })
    const made = await tile(id, 'number', 'number')
    expect(made.number).toEqual({ value: '0', problem: null })
    await editTile(world.deps, world.owner.actor, { tileId: made.id, options: { column: 'gone' } })
    expect((await tilesOf(id))[0]?.number).toEqual({ value: null, problem: expect.stringContaining('no column “gone”') })
  })

  it('places new tiles where there is room, and moves them all at once', async () => {
    const id = await dashboard()
    const [a, b, c] = [await tile(id, 'table'), await tile(id, 'chart'), await tile(id, 'text')]
    expect([a, b, c].map(({ x, y, w, h }) => [x, y, w, h])).toEqual([[0, 0, 6, 4], [6, 0, 6, 4], [0, 4, 6, 2]])
    const other = await tile(await dashboard(), 'text')
    const places = [{ id: a.id, x: 0, y: 6, w: 12, h: 4 }, { id: c.id, x: 50, y: 0, w: 3, h: 1 }, { id: other.id, x: 3, y: 3, w: 3, h: 3 }]
    expect(await editDashboard(world.deps, world.owner.actor, { dashboardId: id, title: ' New  title ', places })).toEqual({ ok: true, value: null })
    const read = await readDashboard(world.deps, world.owner.actor, id)
    expect(read).toMatchObject({ ok: true, value: { title: 'New title' } })
    expect(read.ok && read.value.tiles.map(({ id: one, x, y, w, h }) => [one, x, y, w, h])).toEqual([[b.id, 6, 0, 6, 4], [c.id, 9, 0, 3, 1], [a.id, 0, 6, 12, 4]])
    expect((await tilesOf(other.id).catch(() => [])).length).toBe(0)
  })

  it('refuses tiles of another workspace, without a cell, or with options that do not fit', async () => {
    const id = await dashboard()
    const elsewhere = await createWorkspace(world.deps, world.owner.actor, { name: 'Else', slug: null, requestId: 'r' })
    const foreign = await createNotebook(world.deps, world.owner.actor, { workspaceId: elsewhere.ok ? elsewhere.value.id : '', title: 'Foreign', folder: '', requestId: 'r' })
    const add = (change: object) => addTile(world.deps, world.owner.actor, { dashboardId: id, kind: 'table', source: { notebookId: world.notebookId, cellId: 'c1' }, options: {}, ...change })
    expect(await add({ source: { notebookId: foreign.ok ? foreign.value.id : '', cellId: 'c1' } })).toMatchObject({ ok: false, reason: 'cell-missing' })
    expect(await add({ source: null })).toMatchObject({ ok: false, reason: 'cell-missing' })
    expect(await add({ source: { notebookId: world.notebookId, cellId: '../x' } })).toMatchObject({ ok: false, reason: 'cell-missing' })
    expect(await add({ kind: 'chart', options: {} })).toMatchObject({ ok: false, reason: 'bad-request' })
  })

  it('is seen by members and changed by editors only', async () => {
    const id = await dashboard('Mine')
    const made = await tile(id, 'text')
    const stranger = await world.addPerson('Sten')
    expect(await readDashboard(world.deps, stranger.actor, id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await removeTile(world.deps, stranger.actor, made.id)).toMatchObject({ ok: false, reason: 'not-found' })
    const viewer = await world.addPerson('Vera')
    await world.sql`insert into members (workspace_id, user_id, role) values (${world.workspaceId}, ${viewer.actor.userId}, 'viewer')`
    expect(await readDashboard(world.deps, viewer.actor, id)).toMatchObject({ ok: true })
    for (const refused of [
      await removeTile(world.deps, viewer.actor, made.id), await editDashboard(world.deps, viewer.actor, { dashboardId: id, title: 'X' }),
      await deleteDashboard(world.deps, viewer.actor, { dashboardId: id, requestId: 'r' }), await createDashboard(world.deps, viewer.actor, { workspaceId: world.owner.slug, title: 'X', requestId: 'r' }),
    ]) expect(refused).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await deleteDashboard(world.deps, world.owner.actor, { dashboardId: id, requestId: 'r' })).toEqual({ ok: true, value: null })
    const listed = await listDashboards(world.deps, world.owner.actor, world.owner.slug)
    expect(listed.ok && listed.value.map((one) => one.title)).not.toContain('Mine')
  })
})

describe('an embed [S16]', () => {
  const request = (token: string) => ({ token, address: '10.0.0.1' })
  const table = (token: string, tileId: string, resultId: string | null = null) => ({ ...request(token), tileId, resultId })
  async function embed(target: { kind: 'dashboard'; dashboardId: string } | { kind: 'tile'; tileId: string }) {
    const made = await createShare(world.deps, world.owner.actor, { ...target, allowedOrigins: ['https://www.example.com'], requestId: 'r' })
    if (!made.ok) throw new Error(made.message)
    return { id: made.value.id, token: made.value.path.replace('/embed/', '') }
  }

  it('needs the sites that may show it', async () => {
    const id = await dashboard()
    for (const allowedOrigins of [undefined, [], ['javascript:alert(1)']]) {
      expect(await createShare(world.deps, world.owner.actor, { kind: 'dashboard', dashboardId: id, allowedOrigins, requestId: 'r' })).toMatchObject({ ok: false, reason: 'origin-invalid' })
    }
  })

  it('of a dashboard shows its tiles, without where they come from', async () => {
    const id = await dashboard('Public')
    await world.addResult({ cellId: 'pub', source: 'select secret_name' })
    const [rows, chart] = [await tile(id, 'table', 'pub'), await tile(id, 'chart', 'pub')]
    const { token } = await embed({ kind: 'dashboard', dashboardId: id })
    const opened = await openEmbed(world.deps, request(token))
    expect(opened).toMatchObject({ ok: true, value: { kind: 'dashboard', title: 'Public', allowedOrigins: ['https://www.example.com'], tiles: [{ id: rows.id, source: null }, { id: chart.id }] } })
    expect(JSON.stringify(opened)).not.toMatch(new RegExp(`secret_name|${world.notebookId}|${world.workspaceId}|ws/|tests/`))
    expect(await readEmbedPage(world.deps, { ...table(token, rows.id), page: PAGE })).toMatchObject({ ok: true, value: { rows: [[0, '0'], [1, '1']] } })
    expect(await readEmbedChart(world.deps, table(token, chart.id))).toMatchObject({ ok: true, value: { rows: [{ x: 0, y: 1667 }, { x: 1, y: 1667 }, { x: 2, y: 1666 }] } })
    expect(await embedOrigins(world.deps, token)).toEqual(['https://www.example.com'])
  })

  it('says of a chart and of a number that they are of the first rows of more, and no more when all rows are there', async () => {
    const id = await dashboard('Cut')
    await world.addResult({ cellId: 'cut', truncated: true, finishedAt: new Date(Date.UTC(2026, 0, 1)) })
    const [chart, number] = [await tile(id, 'chart', 'cut'), await tile(id, 'number', 'cut')]
    const { token } = await embed({ kind: 'dashboard', dashboardId: id })
    expect(await readEmbedChart(world.deps, table(token, chart.id))).toMatchObject({ ok: true, value: { truncated: true, limits: [{ kind: 'cut', rows: 5000 }] } })
    const tileOfNumber = async () => {
      const opened = await openEmbed(world.deps, request(token))
      return opened.ok ? opened.value.tiles.find((one) => one.id === number.id) : undefined
    }
    expect(await tileOfNumber()).toMatchObject({ number: { value: '0' }, result: { truncated: true, rows: 5000 } })
    await world.addResult({ cellId: 'cut', finishedAt: new Date(Date.UTC(2026, 0, 2)) })
    expect(await readEmbedChart(world.deps, table(token, chart.id))).toMatchObject({ ok: true, value: { truncated: false, limits: [] } })
    expect(await tileOfNumber()).toMatchObject({ result: { truncated: false } })
  })

  it('of a table gives it as a file, finds a text in it and sums it up; a chart’s tile does not [S15]', async () => {
    const id = await dashboard()
    await world.addResult({ cellId: 'taken' })
    const [rows, chart] = [await tile(id, 'table', 'taken'), await tile(id, 'chart', 'taken')]
    const { token } = await embed({ kind: 'dashboard', dashboardId: id })
    const { signal } = new AbortController()
    const file = { format: 'csv' as const, columns: ['n'], hasBom: false, sort: [], filter: [{ column: 'n', operator: '<' as const, value: '2' }] }
    const find = { text: '4999', offset: 0, limit: 10, sort: [], filter: [] }
    const made = await downloadEmbed(world.deps, { ...table(token, rows.id), file }, signal)
    expect(made.ok && (await new Response(made.value.body).text())).toBe('"n"\r\n0\r\n1\r\n')
    expect(await findInEmbed(world.deps, { ...table(token, rows.id), find }, signal)).toEqual({ ok: true, value: { total: 1, hits: [{ row: 4999, columns: [1] }] } })
    expect(await summarizeEmbed(world.deps, { ...table(token, rows.id), columns: ['group'] }, signal)).toMatchObject({ ok: true, value: [{ nulls: 0, distinct: 3 }] })
    for (const of of [table(token, chart.id), table('A'.repeat(43), rows.id)]) {
      expect(await downloadEmbed(world.deps, { ...of, file }, signal)).toMatchObject({ ok: false, reason: 'not-found' })
      expect(await findInEmbed(world.deps, { ...of, find }, signal)).toMatchObject({ ok: false, reason: 'not-found' })
      expect(await summarizeEmbed(world.deps, { ...of, columns: ['group'] }, signal)).toMatchObject({ ok: false, reason: 'not-found' })
    }
  })

  it('is asked for no more often from one network than people could, and from another all the same', async () => {
    const id = await dashboard()
    await world.addResult({ cellId: 'asked' })
    const rows = await tile(id, 'table', 'asked')
    const { id: shareId, token } = await embed({ kind: 'dashboard', dashboardId: id })
    const { signal } = new AbortController()
    const file = { format: 'csv' as const, columns: ['n'], hasBom: false, sort: [], filter: [] }
    const of = (address: string) => ({ ...table(token, rows.id), address })
    await world.sql`insert into attempts (key, count, window_start) values (${`embed-rows:${shareId}:203.0.113.0/24`}, 1199, now()), (${`embed-file:${shareId}:203.0.113.0/24`}, 30, now())`
    expect(await readEmbedPage(world.deps, { ...of('203.0.113.7'), page: PAGE })).toMatchObject({ ok: true })
    expect(await readEmbedPage(world.deps, { ...of('203.0.113.8'), page: PAGE })).toMatchObject({ ok: false, reason: 'too-many-requests', message: expect.stringContaining('Wait a minute') as string })
    expect(await downloadEmbed(world.deps, { ...of('203.0.113.7'), file }, signal)).toMatchObject({ ok: false, reason: 'too-many-requests', message: expect.stringContaining('Wait ten minutes') as string })
    expect(await openEmbed(world.deps, { token, address: '203.0.113.9' })).toMatchObject({ ok: false, reason: 'too-many-requests' })
    expect(await readEmbedPage(world.deps, { ...of('198.51.100.1'), page: PAGE })).toMatchObject({ ok: true })
    expect(await openEmbed(world.deps, { token, address: '198.51.100.1' })).toMatchObject({ ok: true })
    const [counted] = await world.sql<{ count: number }[]>`select count from attempts where key = ${`embed-rows:${shareId}:198.51.100.0/24`}`
    expect(counted).toEqual({ count: 2 })
  })

  it('of a chart gives the chart and not the rows; of one tile nothing of its neighbours [S15]', async () => {
    const id = await dashboard()
    await world.addResult({ cellId: 'one' })
    const [rows, chart, number] = [await tile(id, 'table', 'one'), await tile(id, 'chart', 'one'), await tile(id, 'number', 'one')]
    const { token } = await embed({ kind: 'tile', tileId: chart.id })
    expect(await openEmbed(world.deps, request(token))).toMatchObject({ ok: true, value: { kind: 'tile', tiles: [{ id: chart.id }] } })
    expect(await readEmbedChart(world.deps, table(token, chart.id))).toMatchObject({ ok: true })
    for (const other of [rows.id, chart.id, number.id, 'x', '00000000-0000-4000-8000-000000000000']) {
      expect(await readEmbedPage(world.deps, { ...table(token, other), page: PAGE })).toMatchObject({ ok: false, reason: 'not-found' })
    }
    expect(await readEmbedChart(world.deps, table(token, rows.id))).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('keeps reading the result that is on screen, but none of another cell', async () => {
    const id = await dashboard()
    const onScreen = await world.addResult({ cellId: 'screen', finishedAt: new Date(Date.UTC(2026, 0, 1)) })
    const rows = await tile(id, 'table', 'screen')
    await world.addResult({ cellId: 'screen', table: 'two', columns: [{ name: 'n', type: 'bigint' }], finishedAt: new Date(Date.UTC(2026, 0, 2)) })
    const elsewhere = await world.addResult({ cellId: 'elsewhere' })
    const { token } = await embed({ kind: 'dashboard', dashboardId: id })
    const read = (resultId: string | null) => readEmbedPage(world.deps, { ...table(token, rows.id, resultId), page: PAGE })
    expect(await read(onScreen.resultId)).toMatchObject({ ok: true, value: { total: 5000 } })
    expect(await read(null)).toMatchObject({ ok: true, value: { total: 1 } })
    expect(await read(elsewhere.resultId)).toMatchObject({ ok: true, value: { total: 1 } })
  })

  it('ends at once when it is revoked, and a notebook’s link is no embed', async () => {
    const id = await dashboard()
    const rows = await tile(id, 'table')
    const { id: shareId, token } = await embed({ kind: 'dashboard', dashboardId: id })
    await revokeShare(world.deps, world.owner.actor, { shareId, requestId: 'r' })
    expect(await openEmbed(world.deps, request(token))).toMatchObject({ ok: false, reason: 'share-expired' })
    expect(await readEmbedPage(world.deps, { ...table(token, rows.id), page: PAGE })).toMatchObject({ ok: false, reason: 'share-expired' })
    const link = await createShare(world.deps, world.owner.actor, { kind: 'notebook', notebookId: world.notebookId, requestId: 'r' })
    expect(await openEmbed(world.deps, request(link.ok ? link.value.path.replace('/share/', '') : ''))).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('shows nothing of a notebook that its owners threw away, and all of it when that is back', async () => {
    const id = await dashboard()
    await world.addResult({ cellId: 'thrown' })
    const rows = await tile(id, 'table', 'thrown')
    const { token } = await embed({ kind: 'dashboard', dashboardId: id })
    const read = async () => [await openEmbed(world.deps, request(token)), await readEmbedPage(world.deps, { ...table(token, rows.id), page: PAGE })]
    await world.db.update(notebooks).set({ trashedAt: new Date() }).where(eq(notebooks.id, world.notebookId as never))
    expect(await read()).toMatchObject([{ ok: true, value: { tiles: [{ result: null }] } }, { ok: false, reason: 'result-gone' }])
    await world.db.update(notebooks).set({ trashedAt: null }).where(eq(notebooks.id, world.notebookId as never))
    const [opened, page] = await read()
    expect([opened, page]).toMatchObject([{ ok: true, value: { tiles: [{ result: { rows: expect.any(Number) as number } }] } }, { ok: true }])
  })

  it('of a result is a tile on “Embeds”, one dashboard for all of them', async () => {
    const { resultId } = await world.addResult({ cellId: 'embedded' })
    const ask = () => embedResult(world.deps, world.owner.actor, { resultId, kind: 'chart', title: '', options: { encoding: ENCODING }, allowedOrigins: ['example.com'], requestId: 'r' })
    const [one, two] = await Promise.all([ask(), ask()])
    if (!one.ok || !two.ok) throw new Error('not embedded')
    expect(one.value.dashboardId).toBe(two.value.dashboardId)
    const opened = await openEmbed(world.deps, request(one.value.path.replace('/embed/', '')))
    expect(opened).toMatchObject({ ok: true, value: { tiles: [{ kind: 'chart', result: { id: resultId } }] } })
    const bad = await embedResult(world.deps, world.owner.actor, { resultId, kind: 'chart', title: '', options: {}, allowedOrigins: ['example.com'], requestId: 'r' })
    expect(bad).toMatchObject({ ok: false, reason: 'bad-request' })
  })

  it('of a result leaves no tile behind when no more links may be made, and goes on on another dashboard when one is full', async () => {
    const { resultId } = await world.addResult({ cellId: 'refused' })
    const ask = () => embedResult(world.deps, world.owner.actor, { resultId, kind: 'chart', title: '', options: { encoding: ENCODING }, allowedOrigins: ['example.com'], requestId: 'r' })
    const first = await ask()
    if (!first.ok) throw new Error(first.message)
    const before = await tilesOf(first.value.dashboardId)
    const [tileOf] = await world.db.select().from(tiles).where(eq(tiles.dashboardId, first.value.dashboardId as never))
    const links = await world.db.insert(shares).values(Array.from({ length: LINKS_MAX }, () => ({ workspaceId: world.workspaceId as never, tileId: tileOf!.id, kind: 'tile' as const, tokenHash: randomBytes(32), allowedOrigins: ['https://example.com'] }))).returning({ id: shares.id })
    expect(await ask()).toMatchObject({ ok: false, reason: 'too-many-links' })
    expect(await tilesOf(first.value.dashboardId)).toHaveLength(before.length)
    await world.db.update(dashboards).set({ title: 'Embedded earlier' }).where(eq(dashboards.id, first.value.dashboardId as never))
    expect(await ask()).toMatchObject({ ok: false, reason: 'too-many-links' })
    expect(await world.db.select().from(dashboards).where(eq(dashboards.title, 'Embeds'))).toEqual([])
    await world.db.update(dashboards).set({ title: 'Embeds' }).where(eq(dashboards.id, first.value.dashboardId as never))

    await world.db.delete(shares).where(inArray(shares.id, links.map(({ id }) => id)))
    await world.db.insert(tiles).values(Array.from({ length: TILES_MAX - before.length }, () => ({ dashboardId: first.value.dashboardId as never, kind: 'chart' as const, title: '', options: { encoding: ENCODING }, x: 0, y: 90, w: 1, h: 1, notebookId: world.notebookId as never, cellId: 'refused' as never })))
    const next = await ask()
    expect(next).toMatchObject({ ok: true })
    expect(next.ok && next.value.dashboardId).not.toBe(first.value.dashboardId)
  })
})

describe('a large figure', () => {
  it.each([
    ['12345678901234567890123456789012345.678', 'decimal(38,3)', '12,345,678,901,234,567,890,123,456,789,012,345.678'], ['-1234', 'bigint', '-1,234'], [999, 'int', '999'],
    [1234.56789, 'double', '1,234.5679'], ['NaN', 'double', 'NaN'], ['abc', 'string', 'abc'], [null, 'int', null], [{ a: 1 }, 'struct<a:int>', '{"a":1}'], [true, 'boolean', 'true'],
  ])('%j of type %s is %s', (value, type, shown) => expect(showNumber(value, type)).toBe(shown))
})
