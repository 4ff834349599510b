/** The bin of tables and files, and the rule for results, on a real store: nothing is lost on the way, and what goes is gone. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binFile, binTable } from '#server/data/bin-data.ts'
import { listBin } from '#server/data/list-bin.ts'
import { listFiles } from '#server/data/list-files.ts'
import { listTables } from '#server/data/list-tables.ts'
import { emptyDataBin, moveData } from '#server/data/move-data.ts'
import { openFile } from '#server/data/read-file.ts'
import { readTablePage } from '#server/data/read-table-rows.ts'
import { restoreData } from '#server/data/restore-data.ts'
import { readSpace, setRetention } from '#server/data/space.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import type { Objects } from '#server/objects/objects.ts'
import { pinResult } from '#server/results/pin-result.ts'
import { removeResults } from '#server/results/remove-results.ts'
import { binnedData } from '#server/store/schema/data.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { createDataWorld, type DataWorld } from '../../support/data-world.ts'

let world: DataWorld
let notebookId: never
beforeAll(async () => {
  world = await createDataWorld()
  const made = await createNotebook(world.deps, world.owner.actor, { workspaceId: world.owner.slug, title: 'Sales', folder: '', requestId: 'r', cells: [{ id: 'a' as never, kind: 'sql', source: 'select 1' }] })
  if (!made.ok) throw new Error(made.message)
  notebookId = made.value.id as never
})
afterAll(() => world.close())

const me = () => world.owner.actor
const ORDERS = { schema: 'sales', table: 'orders' }
const here = () => ({ workspaceId: world.owner.slug, requestId: null })
const names = async () => {
  const list = await listTables(world.deps, me(), world.owner.slug)
  return list.ok ? list.value.tables.filter(({ isShared }) => !isShared).map(({ table }) => table) : list.reason
}
const total = async (name = ORDERS, version: number | null = null) => {
  const read = await readTablePage(world.deps, me(), { ...name, workspaceId: world.owner.slug, version, page: { offset: 0, limit: 1, sort: [], filter: [] } })
  return read.ok ? read.value.total : read.reason
}
const keysBelow = async (prefix: string) => {
  const keys: string[] = []
  for await (const { key } of world.objects.list(prefix)) keys.push(key.slice(prefix.length))
  return keys
}
async function addRun(source: string, isOpen: boolean): Promise<string> {
  const runId = randomUUID() as never
  await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId, cause: 'person', scope: { kind: 'all' }, state: isOpen ? 'running' : 'succeeded', finishedAt: isOpen ? null : new Date() })
  await world.db.insert(runCells).values({ runId, cellId: 'a' as never, position: 0, kind: 'sql', source, sourceDigest: 'x', state: isOpen ? 'running' : 'succeeded' })
  return runId
}

describe('a table in the bin', () => {
  it('is hidden at once, moves with all its versions, and comes back whole', async () => {
    const before = await keysBelow(`${world.prefix}/tables/sales.db/orders/`)
    const binned = await binTable(world.deps, me(), { ...here(), ...ORDERS })
    if (!binned.ok) throw new Error(binned.message)
    expect(await names()).not.toContain('orders')
    expect(await total()).toBe('not-found')
    expect(await binTable(world.deps, me(), { ...here(), ...ORDERS })).toMatchObject({ ok: false, reason: 'not-found' })
    await moveData(world.deps, binned.value.id)
    expect(await keysBelow(`${world.prefix}/tables/sales.db/orders/`)).toEqual([])
    expect(await listBin(world.deps, me(), world.owner.slug)).toMatchObject({ ok: true, value: [{ name: 'sales.orders', kind: 'table', state: 'kept', deletedBy: 'Olga', bytes: expect.any(Number) }] })

    expect(await restoreData(world.deps, me(), { ...here(), id: binned.value.id })).toMatchObject({ ok: true, value: { state: 'restoring' } })
    expect(await names()).not.toContain('orders')
    await moveData(world.deps, binned.value.id)
    expect(await keysBelow(`${world.prefix}/tables/sales.db/orders/`)).toEqual(before)
    expect([await total(), await total(ORDERS, 1)]).toEqual([140, 100])
    expect(await keysBelow(`${world.prefix}/bin/`)).toEqual([])
    expect(await listBin(world.deps, me(), world.owner.slug)).toEqual({ ok: true, value: [] })
  })

  it('survives a store that goes away in the middle: the move is taken up where it was', async () => {
    const name = { schema: 'default', table: 'by_time' }
    const binned = await binTable(world.deps, me(), { ...here(), ...name })
    if (!binned.ok) throw new Error(binned.message)
    const failing = (method: 'copyAll' | 'removeAll' | 'copy'): Objects => ({ ...world.objects, [method]: () => Promise.reject(new Error('away')) })
    for (const method of ['copyAll', 'removeAll'] as const) await expect(moveData({ ...world.deps, objects: failing(method) }, binned.value.id)).rejects.toThrow('away')
    await moveData(world.deps, binned.value.id)
    await moveData(world.deps, binned.value.id)
    expect(await restoreData(world.deps, me(), { ...here(), id: binned.value.id })).toMatchObject({ ok: true })
    await expect(moveData({ ...world.deps, objects: failing('copy') }, binned.value.id)).rejects.toThrow('away')
    expect(await total(name)).toBe('not-found')
    await moveData(world.deps, binned.value.id)
    expect(await total(name)).toBe(2)
  })

  it('is not taken from under a run that names it', async () => {
    const runId = await addRun('select * from sales.orders', true)
    expect(await binTable(world.deps, me(), { ...here(), ...ORDERS })).toMatchObject({ ok: false, reason: 'in-use', message: expect.stringContaining('“Sales” is running') })
    await world.db.update(runs).set({ state: 'succeeded', finishedAt: new Date() }).where(eq(runs.id, runId as never))
    expect(await total()).toBe(140)
  })

  it('does not come back over another one, and the samples stay', async () => {
    const name = { schema: 'default', table: 'long' }
    const binned = await binTable(world.deps, me(), { ...here(), ...name })
    if (!binned.ok) throw new Error(binned.message)
    expect(await restoreData(world.deps, me(), { ...here(), id: binned.value.id })).toMatchObject({ ok: false, reason: 'not-in-bin' })
    await moveData(world.deps, binned.value.id)
    await world.objects.copyAll(`${world.prefix}/tables/sales.db/orders/`, `${world.prefix}/tables/long/`)
    expect(await total(name)).toBe(140)
    expect(await restoreData(world.deps, me(), { ...here(), id: binned.value.id })).toMatchObject({ ok: false, reason: 'place-taken' })
    const samples = await listTables(world.deps, me(), world.owner.slug)
    const sample = samples.ok ? samples.value.tables.find(({ isShared }) => isShared) : undefined
    if (sample !== undefined) expect(await binTable(world.deps, me(), { ...here(), schema: sample.schema, table: sample.table })).toMatchObject({ ok: false, reason: 'table-shared' })
  })

  it('is nobody else’s to restore, and goes for good after 30 days', async () => {
    const [row] = await world.db.select().from(binnedData)
    expect(await restoreData(world.deps, world.stranger.actor, { workspaceId: world.stranger.slug, requestId: null, id: row!.id })).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await emptyDataBin({ ...world.deps, now: () => new Date(Date.now() + 29.9 * 24 * 3600_000) })).toBe(0)
    expect((await keysBelow(`${world.prefix}/bin/`)).length).toBeGreaterThan(0)
    expect(await emptyDataBin({ ...world.deps, now: () => new Date(Date.now() + 30.1 * 24 * 3600_000) })).toBe(1)
    expect(await keysBelow(`${world.prefix}/bin/`)).toEqual([])
    expect(await total({ schema: 'default', table: 'long' })).toBe(140)
  })
})

describe('a file in the bin', () => {
  it('goes and comes back byte for byte', async () => {
    const file = { ...here(), path: 'raw/Umsätze (2024).json' }
    const before = await world.objects.get(`${world.prefix}/files/${file.path}`)
    const binned = await binFile(world.deps, me(), file)
    if (!binned.ok) throw new Error(binned.message)
    const raw = async () => {
      const list = await listFiles(world.deps, me(), { workspaceId: world.owner.slug, folder: 'raw' })
      return list.ok ? list.value.files.map(({ name }) => name) : []
    }
    expect(await raw()).not.toContain('Umsätze (2024).json')
    await moveData(world.deps, binned.value.id)
    expect(await openFile(world.deps, me(), file)).toMatchObject({ ok: false, reason: 'not-found' })
    await restoreData(world.deps, me(), { ...here(), id: binned.value.id })
    await moveData(world.deps, binned.value.id)
    expect(await raw()).toContain('Umsätze (2024).json')
    expect([before?.byteLength, await world.objects.get(`${world.prefix}/files/${file.path}`)]).toEqual([42, before])
  })

  it('is not written over by another of its name that is on its way back', async () => {
    const file = { ...here(), path: 'raw/twice.txt' }
    const key = `${world.prefix}/files/${file.path}`
    const ids: string[] = []
    for (const text of ['first', 'second']) {
      await world.objects.put(key, Buffer.from(text))
      const binned = await binFile(world.deps, me(), file)
      if (!binned.ok) throw new Error(binned.message)
      await moveData(world.deps, binned.value.id)
      ids.push(binned.value.id)
    }
    const answers = await Promise.all(ids.map((id) => restoreData(world.deps, me(), { ...here(), id })))
    expect(answers.map((one) => (one.ok ? 'restored' : one.reason)).sort()).toEqual(['place-taken', 'restored'])
    const first = answers[0]!.ok
    for (const id of ids) await moveData(world.deps, id)
    expect(String(await world.objects.get(key).then((bytes) => bytes && Buffer.from(bytes)))).toBe(first ? 'first' : 'second')
  })
})

describe('the rule for results', () => {
  const DAY = 24 * 3600_000
  async function addResult(daysAgo: number): Promise<{ id: string; path: string }> {
    const runId = (await addRun('select 1', false)) as never
    const id = randomUUID() as never
    const path = `${world.prefix}/results/${String(runId)}/a/0`
    await world.objects.copyAll(`${world.prefix}/tables/by_time/`, `${path}/`)
    await world.db.insert(results).values({ id, workspaceId: world.workspaceId, notebookId, runId, cellId: 'a' as never, path, version: 0, columns: [{ name: 'n', type: 'bigint' }], rows: 2, truncated: false, createdAt: new Date(Date.now() - daysAgo * DAY) })
    return { id, path }
  }
  const there = async ({ path }: { path: string }) => (await keysBelow(`${path}/`)).length > 0

  it('gives up old results, keeps the newest and the pinned, erases when the store is back, and what runs left', async () => {
    const [newest, middle, pinned, oldest] = [await addResult(1), await addResult(20), await addResult(40), await addResult(50)]
    await world.objects.put(`${world.prefix}/results/${randomUUID()}/a/0/x`, Buffer.from('orphan'))
    expect(await removeResults(world.deps)).toBe(0)
    expect(await Promise.all([newest, middle, pinned, oldest].map(there))).toEqual([true, true, true, true])

    expect(await setRetention(world.deps, me(), { ...here(), days: 0, count: null })).toMatchObject({ ok: false, reason: 'keep-invalid' })
    expect(await setRetention(world.deps, me(), { ...here(), days: 30, count: null })).toMatchObject({ ok: true })
    expect(await pinResult(world.deps, me(), { resultId: pinned.id, isPinned: true })).toMatchObject({ ok: true })
    await expect(removeResults({ ...world.deps, objects: { ...world.objects, removeAll: () => Promise.reject(new Error('away')) } })).rejects.toThrow('away')
    expect(await there(oldest)).toBe(true)
    expect(await removeResults(world.deps)).toBe(1)
    expect(await removeResults(world.deps)).toBe(0)
    expect(await Promise.all([newest, middle, pinned, oldest].map(there))).toEqual([true, true, true, false])
    expect(await pinResult(world.deps, me(), { resultId: oldest.id, isPinned: true })).toMatchObject({ ok: false, reason: 'result-gone' })

    await setRetention(world.deps, me(), { ...here(), days: null, count: 1 })
    expect(await removeResults(world.deps)).toBe(1)
    expect(await Promise.all([newest, middle, pinned].map(there))).toEqual([true, false, true])
    const space = await readSpace(world.deps, me(), world.owner.slug)
    expect(space).toMatchObject({ ok: true, value: { rule: { days: null, count: 1 }, pinned: [{ id: pinned.id, notebookTitle: 'Sales' }] } })
    expect(space.ok && space.value.areas.find(({ area }) => area === 'results')?.objects).toBe((await keysBelow(`${world.prefix}/results/`)).length)
  })

  it('is set by owners alone', async () => {
    expect(await setRetention(world.deps, world.stranger.actor, { workspaceId: world.workspaceId, requestId: null, days: 1, count: 1 })).toMatchObject({ ok: false, reason: 'not-found' })
  })
})
