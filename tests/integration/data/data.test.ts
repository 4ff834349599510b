/** A workspace's data as it lies in a real store: what is listed, what a table is and was, and that nobody reaches beyond their own. */
import { randomUUID } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestSource } from '#lib/document/digest.ts'
import type { PageRequest } from '#lib/domain/result.ts'
import { listFiles } from '#server/data/list-files.ts'
import { listTables } from '#server/data/list-tables.ts'
import { listUses } from '#server/data/list-uses.ts'
import { openFile, previewFile } from '#server/data/read-file.ts'
import { readTableHistory } from '#server/data/read-table-history.ts'
import { readTableChart, readTablePage } from '#server/data/read-table-rows.ts'
import { readTable } from '#server/data/read-table.ts'
import { listColumns } from '#server/data/search-columns.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { cellInputs } from '#server/store/schema/provenance.ts'
import { runCells, runs } from '#server/store/schema/runs.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { createDataWorld, type DataWorld } from '../../support/data-world.ts'

let world: DataWorld
beforeAll(async () => {
  world = await createDataWorld()
})
afterAll(() => world.close())

const ORDERS = { schema: 'sales', table: 'orders' }
const at = (name: { schema: string; table: string } | string, version: number | null = null) => ({ ...(typeof name === 'string' ? { schema: 'default', table: name } : name), workspaceId: world.owner.slug, version })
const page = (change: Partial<PageRequest> = {}): PageRequest => ({ offset: 0, limit: 5, sort: [], filter: [], ...change })
const me = () => world.owner.actor

describe('tables', () => {
  it('are listed by schema, with the samples as shared; what is no table is left out', async () => {
    await world.objects.put(`${world.prefix}/tables/no_table/file.parquet`, Buffer.from('x'))
    const list = await listTables(world.deps, me(), world.owner.slug)
    if (!list.ok) throw new Error(list.message)
    const own = list.value.tables.filter(({ isShared }) => !isShared)
    expect(own.map(({ schema, table }) => `${schema}.${table}`)).toEqual(['default.by_time', 'default.deep', 'default.empty', 'default.forged_absolute', 'default.forged_bucket', 'default.forged_file', 'default.forged_relative', 'default.garbage', 'default.long', 'default.vector', 'sales.orders'])
    expect(list.value.tables.filter(({ isShared }) => isShared).every(({ schema }) => schema === 'samples')).toBe(true)
  })

  it('tell columns with types and comments, rows and size, by the log alone', async () => {
    const table = await readTable(world.deps, me(), at(ORDERS))
    expect(table).toMatchObject({ ok: true, value: {
      version: 3, newest: 3, oldest: 0, rows: 140, isShared: false, description: 'What was ordered', location: expect.stringMatching(new RegExp(`^s3a://.*/${world.prefix}/tables/sales\\.db/orders$`)),
      columns: [{ name: 'id', type: 'bigint', comment: 'The order’s number', isNullable: false, isPartition: false }, { name: 'amount', type: 'double', comment: null }, { name: 'country', type: 'string' }],
    } })
    expect(table.ok && [table.value.files, (table.value.bytes ?? 0) > 1000]).toEqual([2, true])
    expect(await readTable(world.deps, me(), at('by_time'))).toMatchObject({ ok: true, value: { rows: 2, columns: [{ name: 'day', isPartition: true }, { name: 'n', isPartition: false }] } })
    expect(await readTable(world.deps, me(), at('empty'))).toMatchObject({ ok: true, value: { rows: 0 } })
  })

  it('are shown as they were at any version, sorted and filtered', async () => {
    const idsAt = async (version: number | null) => {
      const read = await readTablePage(world.deps, me(), { ...at(ORDERS, version), page: page({ limit: 3, sort: [{ column: 'id', direction: 'asc' }] }) })
      return read.ok ? [read.value.total, ...read.value.rows.map(([id]) => id)] : read.reason
    }
    expect(await idsAt(0)).toEqual([0])
    expect(await idsAt(1)).toEqual([100, '0', '1', '2'])
    expect(await idsAt(2)).toEqual([150, '0', '1', '2'])
    expect(await idsAt(null)).toEqual([140, '10', '11', '12'])
    expect(await idsAt(9)).toBe('version-missing')
    expect(await readTablePage(world.deps, me(), { ...at(ORDERS), page: page({ filter: [{ column: 'country', operator: '=', value: 'NO' }] }) })).toMatchObject({ ok: true, value: { total: 70 } })
    expect(await readTable(world.deps, me(), at(ORDERS, 1))).toMatchObject({ ok: true, value: { version: 1, newest: 3, rows: 100 } })
    expect(await readTableChart(world.deps, me(), { ...at(ORDERS), encoding: { mark: 'bar', x: 'country', y: null, color: null, aggregate: 'count' } })).toMatchObject({ ok: true, value: { rows: [{ y: 70 }, { y: 70 }] } })
  })

  it('are read where a partition’s folder has escapes in its name', async () => {
    const read = await readTablePage(world.deps, me(), { ...at('by_time'), page: page({ sort: [{ column: 'n', direction: 'asc' }] }) })
    expect(read).toMatchObject({ ok: true, value: { rows: [['2024-01-01 12:30:00+00', '1'], ['2024-01-02 00:00:00+00', '2']] } })
  })

  it('are described and never shown where files know a partition by another name, which DuckDB takes for null [B6]', async () => {
    const field = (name: string, physical: string) => ({ name, type: 'string', nullable: true, metadata: { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': physical } })
    const metaData = { id: 'm', format: { provider: 'parquet', options: {} }, schemaString: JSON.stringify({ type: 'struct', fields: [field('note', 'col-1'), field('place', 'col-2')] }), partitionColumns: ['place'], configuration: { 'delta.columnMapping.mode': 'name' }, createdTime: 1 }
    const add = { path: 'x.parquet', partitionValues: { 'col-2': 'Bergen' }, size: 9, modificationTime: 1, dataChange: true, stats: '{"numRecords":2}' }
    const commit = [{ protocol: { minReaderVersion: 2, minWriterVersion: 5 } }, { metaData }, { add }].map((line) => JSON.stringify(line)).join('\n')
    await world.objects.put(`${world.prefix}/tables/mapped/_delta_log/00000000000000000000.json`, Buffer.from(commit))
    expect(await readTable(world.deps, me(), at('mapped'))).toMatchObject({ ok: true, value: { rows: 2, columns: [{ name: 'note' }, { name: 'place', isPartition: true }] } })
    expect(await readTablePage(world.deps, me(), { ...at('mapped'), page: page() })).toMatchObject({ ok: false, reason: 'table-unreadable', message: expect.stringContaining('column mapping of a partition column (“place”)') })
    await world.objects.removeAll(`${world.prefix}/tables/mapped/`)
  })

  it('reads from a checkpoint on, and says which versions are gone', async () => {
    expect(await readTable(world.deps, me(), at('long'))).toMatchObject({ ok: true, value: { version: 5, oldest: 4, rows: 60, columns: [{ name: 'id' }, {}, {}] } })
    expect(await readTable(world.deps, me(), at('long', 4))).toMatchObject({ ok: true, value: { rows: 50 } })
    expect(await readTable(world.deps, me(), at('long', 3))).toMatchObject({ ok: false, reason: 'version-missing', message: expect.stringContaining('oldest that can is 4') })
    const history = await readTableHistory(world.deps, me(), { ...at('long'), before: null, limit: 50 })
    expect(history.ok && history.value.commits.map(({ version, isReadable }) => [version, isReadable])).toEqual([[5, true], [4, true], [3, false]])
  })

  it('counts rows that a deletion vector took away, in whatever order the commit says it', async () => {
    expect(await readTable(world.deps, me(), at('vector'))).toMatchObject({ ok: true, value: { rows: 7, files: 1, bytes: 400 } })
    expect(await readTable(world.deps, me(), at('vector', 0))).toMatchObject({ ok: true, value: { rows: 10 } })
    const history = await readTableHistory(world.deps, me(), { ...at('vector'), before: null, limit: 1 })
    expect(history).toMatchObject({ ok: true, value: { commits: [{ version: 1, operation: 'Delete', rowsRemoved: 3, by: { name: 'ada' }, at: '2023-11-14T22:13:20.000Z' }], older: 1 } })
  })

  it('have a history: what was done, when, and how many rows came and went', async () => {
    const history = await readTableHistory(world.deps, me(), { ...at(ORDERS), before: null, limit: 3 })
    if (!history.ok) throw new Error(history.message)
    expect(history.value.commits.map(({ version, operation, rowsAdded, rowsRemoved }) => [version, operation, rowsAdded, rowsRemoved])).toEqual([[3, 'Delete', null, 10], [2, 'Append', 50, null], [1, 'Append', 100, null]])
    expect(history.value.older).toBe(1)
    const rest = await readTableHistory(world.deps, me(), { ...at(ORDERS), before: 1, limit: 3 })
    expect(rest).toMatchObject({ ok: true, value: { commits: [{ version: 0, operation: 'Create' }], older: null } })
  })

  it('are not mixed up with another table that came to lie at the same place', async () => {
    const first = await readTablePage(world.deps, me(), { ...at('empty'), page: page() })
    expect(first).toMatchObject({ ok: true, value: { total: 0 } })
    await world.objects.removeAll(`${world.prefix}/tables/empty/`)
    await world.objects.copyAll(`${world.prefix}/tables/by_time/`, `${world.prefix}/tables/empty/`)
    expect(await readTablePage(world.deps, me(), { ...at('empty'), page: page() })).toMatchObject({ ok: true, value: { total: 2 } })
  })

  it('can be found by their columns; a broken one does not keep the others away', async () => {
    const list = await listColumns(world.deps, me(), world.owner.slug)
    if (!list.ok) throw new Error(list.message)
    expect(list.value.tables.map(({ table, columns }) => [table, columns.length])).toContainEqual(['long', 3])
    expect(list.value.tables.find(({ table }) => table === 'orders')?.columns.map(({ name }) => name)).toEqual(['id', 'amount', 'country'])
    expect(list.value.tables.find(({ table }) => table === 'garbage')).toMatchObject({ columns: [], isPassedOver: false })
    expect(list.value.isCut).toBe(false)
  })

  it.each([['too many', { tables: 6, forMs: 60_000 }, 6], ['no time', { tables: 150, forMs: 0 }, 0]])('say of %s that they were passed over, and are found by name still', async (_what, limits, read) => {
    const [all, some] = [await listColumns(world.deps, me(), world.owner.slug, { tables: 150, forMs: 60_000 }), await listColumns(world.deps, me(), world.owner.slug, limits)]
    if (!all.ok || !some.ok) throw new Error('The tables are not listed.')
    expect(all.value.tables.length).toBeGreaterThan(6)
    expect(some.value.tables.map(({ table }) => table)).toEqual(all.value.tables.map(({ table }) => table))
    expect(some.value.tables.slice(0, read)).toEqual(all.value.tables.slice(0, read))
    expect(some.value.tables.slice(read).every(({ columns, isPassedOver }) => isPassedOver && columns.length === 0)).toBe(true)
  })

  it('tell which notebooks and runs name them', async () => {
    const made = await createNotebook(world.deps, me(), { workspaceId: world.owner.slug, title: 'Sales', folder: '', requestId: 'r', cells: [{ id: 'a' as never, kind: 'sql', source: 'select * from sales.orders' }, { id: 'b' as never, kind: 'python', source: 'spark.table("sales.orders2")' }] })
    if (!made.ok) throw new Error(made.message)
    const runId = randomUUID() as never
    await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId: made.value.id as never, requestedBy: world.owner.actor.userId, cause: 'person', scope: { kind: 'all' }, state: 'succeeded', finishedAt: new Date() })
    await world.db.insert(runCells).values({ runId, cellId: 'a' as never, position: 0, kind: 'sql', source: 'select * from sales.orders', sourceDigest: 'x', state: 'succeeded' })
    const uses = await listUses(world.deps, me(), at(ORDERS))
    expect(uses).toMatchObject({ ok: true, value: { notebooks: [{ title: 'Sales', cells: 1 }], isCut: false, runs: [{ notebookTitle: 'Sales', by: 'Olga', state: 'succeeded' }] } })
    expect(await listUses(world.deps, me(), at('long'))).toMatchObject({ ok: true, value: { notebooks: [], runs: [] } })
  })

  it('tell those too that read them without their name, as long as their text is the one that did', async () => {
    const source = 'show(spark.table(f"by_{unit}"))'
    const made = await createNotebook(world.deps, me(), { workspaceId: world.owner.slug, title: 'By a name put together', folder: '', requestId: 'r', cells: [{ id: 'a' as never, kind: 'python', source }, { id: 'b' as never, kind: 'python', source: 'unit = "time" # since' }] })
    if (!made.ok) throw new Error(made.message)
    const runId = randomUUID() as never
    await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId: made.value.id as never, requestedBy: null, cause: 'schedule', scope: { kind: 'all' }, state: 'succeeded', finishedAt: new Date() })
    for (const [position, cellId, text] of [[0, 'a', source], [1, 'b', 'unit = "time"']] as const) {
      await world.db.insert(runCells).values({ runId, cellId: cellId as never, position, kind: 'python', source: text, sourceDigest: digestSource(text), state: 'succeeded' })
      await world.db.insert(cellInputs).values({ runId, cellId: cellId as never, inputs: { tables: [{ name: null, path: `${world.prefix}/tables/by_time`, version: 1, isFixed: false, isSure: true }], untracked: [] } })
    }
    expect(await listUses(world.deps, me(), at('by_time'))).toMatchObject({ ok: true, value: { notebooks: [{ title: 'By a name put together', cells: 1 }], runs: [{ notebookTitle: 'By a name put together', by: null }] } })
  })
})

describe('hostile tables and names [S24]', () => {
  it.each(['absolute', 'relative', 'bucket', 'file'])('a log that names a file elsewhere is refused by name: %s', async (name) => {
    expect(await readTablePage(world.deps, me(), { ...at(`forged_${name}`), page: page() })).toMatchObject({ ok: false, reason: 'table-unreadable', message: expect.stringContaining('outside its own folder') })
  })

  it.each(['garbage', 'deep'])('a log that is nonsense is a named refusal: %s', async (name) => {
    expect(await readTable(world.deps, me(), at(name))).toMatchObject({ ok: false, reason: 'table-unreadable' })
  })

  it('a name that is no name finds nothing', async () => {
    for (const table of ['../x', '..', 'a/b', 'orders%2f..', 'a b', "x' AS y; --", '', 'x'.repeat(200)]) {
      for (const name of [{ schema: 'default', table }, { schema: table, table: 'orders' }]) expect(await readTable(world.deps, me(), at(name)), table).toMatchObject({ ok: false, reason: 'not-found' })
    }
  })

  it('a path that leaves the workspace’s files is refused', async () => {
    for (const path of ['../tables/long/_delta_log/00000000000000000003.json', '/notes.txt', 'raw/../../x', 'raw/..', './notes.txt', 'raw//orders.csv', 'raw/%2e%2e/x', '..;/x', 'a\0b', 'a\\b', `raw/${'x'.repeat(300)}`, '‥/x']) {
      for (const ask of [openFile, previewFile]) expect(await ask(world.deps, me(), { workspaceId: world.owner.slug, path }), path).toMatchObject({ ok: false, reason: 'path-invalid' })
      expect(await listFiles(world.deps, me(), { workspaceId: world.owner.slug, folder: path }), path).toMatchObject({ ok: false, reason: 'path-invalid' })
    }
  })

  it('nobody reads another workspace’s data', async () => {
    const { actor } = world.stranger
    expect(await readTable(world.deps, actor, at(ORDERS))).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await listTables(world.deps, actor, world.workspaceId)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await openFile(world.deps, actor, { workspaceId: world.workspaceId, path: 'notes.txt' })).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await readTable(world.deps, actor, { ...ORDERS, workspaceId: world.stranger.slug, version: null })).toMatchObject({ ok: false, reason: 'not-found' })
    await world.db.insert(members).values({ workspaceId: world.workspaceId, userId: actor.userId, role: 'viewer' })
    expect(await readTable(world.deps, actor, at(ORDERS))).toMatchObject({ ok: true })
    await world.db.delete(members).where(eq(members.userId, actor.userId))
  })
})

describe('files', () => {
  const file = (path: string) => ({ workspaceId: world.owner.slug, path })

  it('are listed by folder, and names that cannot be opened are counted', async () => {
    expect(await listFiles(world.deps, me(), { workspaceId: world.owner.slug, folder: '' })).toMatchObject({ ok: true, value: { folders: ['raw'], files: [{ name: 'blob.bin', bytes: 256 }, { name: 'evil.html' }, { name: 'notes.txt' }], oddNames: 1, isCut: false } })
    const raw = await listFiles(world.deps, me(), { workspaceId: world.owner.slug, folder: 'raw' })
    expect(raw.ok && raw.value.files.map(({ name }) => name)).toEqual(['Umsätze (2024).json', 'broken.parquet', 'orders.csv', 'three.parquet'])
  })

  it('show their first rows or their text, whatever is in them', async () => {
    const content = async (path: string) => {
      const read = await previewFile(world.deps, me(), file(path))
      return read.ok ? read.value.content : read
    }
    expect(await content('raw/orders.csv')).toEqual({ kind: 'table', head: { columns: [{ name: 'id', type: 'text' }, { name: 'name', type: 'text' }], moreColumns: 0, rows: [['1', 'Ada'], ['2', '=cmd()']] } })
    expect(await content('raw/Umsätze (2024).json')).toMatchObject({ kind: 'table', head: { columns: [{ name: 'a', type: 'bigint' }, { name: 'b' }], rows: [['1', '[1, 2]'], ['2', null]] } })
    expect(await content('raw/three.parquet')).toMatchObject({ kind: 'table', head: { rows: [['0', '0.0', 'SE'], ['1', '0.5', 'NO'], ['2', '1.0', 'SE']] } })
    expect(await content('raw/broken.parquet')).toMatchObject({ kind: 'none' })
    expect(await content('notes.txt')).toMatchObject({ kind: 'text', isCut: false, text: expect.stringContaining('Ein Wort: ß') })
    expect(await content('evil.html')).toMatchObject({ kind: 'text', text: '<script>alert(1)</script>' })
    expect(await content('blob.bin')).toMatchObject({ kind: 'none' })
    expect(await content('gone.txt')).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('are shown as they are now, when they were written over', async () => {
    for (const body of ['a,b\n1,2\n', 'a,b\n3,4\n5,6\n7,8\n', 'x\n1\n']) {
      await world.objects.put(`${world.prefix}/files/often.csv`, Buffer.from(body))
      const read = await previewFile(world.deps, me(), file('often.csv'))
      expect(read.ok && read.value.content.kind === 'table' && [read.value.content.head.columns.map(({ name }) => name), ...read.value.content.head.rows].map((row) => row.join()).join('\n')).toBe(body.trim())
    }
  })

  it('are downloaded byte for byte', async () => {
    const opened = await openFile(world.deps, me(), file('blob.bin'))
    expect(opened.ok && [...(await buffer(opened.value.body))]).toEqual(Array.from({ length: 256 }, (_, n) => n))
    const notes = await openFile(world.deps, me(), file('notes.txt'))
    expect(notes.ok && (await text(notes.value.body)).length).toBe(120)
  })
})
