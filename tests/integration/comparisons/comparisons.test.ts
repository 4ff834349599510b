/** Comparisons as the product keeps them: made once, read by whom the results are for, gone with the results. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import { earlierOf } from '#lib/domain/other-result.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { compareResults } from '#server/comparisons/compare-results.ts'
import { listOtherResults } from '#server/comparisons/list-other-results.ts'
import { downloadDifference, findStored, readComparison, readDifference } from '#server/comparisons/read-comparison.ts'
import { COMPARISONS_MAX, removeComparisons } from '#server/comparisons/remove-comparisons.ts'
import { comparisons } from '#server/store/schema/comparisons.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { createResultsWorld, type ResultsWorld } from '../../support/results-world.ts'
import { createTableWriter } from '../../support/write-table.ts'

const COLUMNS = [{ name: 'id', type: 'bigint' }, { name: 'amount', type: 'double' }]
const never = new AbortController().signal
const HOUR = 3600_000
let world: ResultsWorld
let writer: Awaited<ReturnType<typeof createTableWriter>>
const me = () => world.owner.actor
const prefix = () => `ws/${world.workspaceId}/comparisons/`

beforeAll(async () => {
  world = await createResultsWorld()
  writer = await createTableWriter(world.deps.objects, `tests/${randomUUID()}`)
})
afterAll(async () => {
  await world.deps.objects.removeAll(`ws/${world.workspaceId}/`)
  await writer.close()
  await world.close()
})

let minute = 0
/** A result of the cell `c1` with the numbers 0 to 9, and what `amount` says of each. */
async function addResult(amount: string, where = 'true', notebookId: NotebookId = world.notebookId): Promise<ResultId> {
  const [runId, id] = [randomUUID() as RunId, randomUUID() as ResultId]
  const { path, rows } = await writer.write(`SELECT i AS id, ${amount}::DOUBLE AS amount FROM range(10) t(i) WHERE ${where}`, COLUMNS)
  const at = new Date(Date.UTC(2026, 0, 1, 9, (minute += 1)))
  await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId, cause: 'person', requestedBy: world.owner.actor.userId, scope: { kind: 'all' }, state: 'succeeded', finishedAt: at })
  await world.db.insert(runCells).values({ runId, cellId: 'c1' as CellId, position: 0, kind: 'sql', source: 'x', sourceDigest: 'x', state: 'succeeded', finishedAt: at })
  await world.db.insert(results).values({ id, workspaceId: world.workspaceId, notebookId, runId, cellId: 'c1' as CellId, path, version: 0, columns: COLUMNS, rows, truncated: false, createdAt: at })
  return id
}
/** Another table of the run that made `of`, a second after the last one. */
async function addBeside(of: ResultId, amount: string, change: { wholeOf?: ResultId }): Promise<ResultId> {
  const [made] = await world.db.select().from(results).where(eq(results.id, of))
  const [id, { path, rows }] = [randomUUID() as ResultId, await writer.write(`SELECT i AS id, ${amount}::DOUBLE AS amount FROM range(10) t(i)`, COLUMNS)]
  const later = change.wholeOf === undefined ? 1000 : HOUR
  await world.db.insert(results).values({ ...made!, id, path, rows, createdAt: new Date(made!.createdAt.getTime() + later), ...change })
  return id
}
const ask = (before: string, after: string, key: string[] | null = null, actor: Parameters<typeof compareResults>[1] = me()) => compareResults(world.deps, actor, { notebookId: world.notebookId, before, after, key }, never)
async function made(before: string, after: string, key: string[] | null = null) {
  const comparison = await ask(before, after, key)
  if (!comparison.ok) throw new Error(comparison.message)
  return comparison.value
}
async function keysBelow(folder: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of world.deps.objects.list(folder)) keys.push(key)
  return keys
}

describe('comparing two results', () => {
  it('tells what differs and keeps the rows as a table that is paged and taken along', async () => {
    const [before, after] = [await addResult('i', 'i < 9'), await addResult('CASE WHEN i = 4 THEN 44 ELSE i END', 'i > 0')]
    const comparison = await made(before, after)
    expect(comparison).toMatchObject({ before, after, askedKey: null, key: ['id'], counts: { added: 1, removed: 1, changed: 1, unchanged: 7 }, rows: { before: 9, after: 9 }, stored: { rows: 3, of: 3 } })
    const page = await readDifference(world.deps, me(), comparison.id, { offset: 0, limit: 10, sort: [{ column: 'change', direction: 'asc' }], filter: [] })
    expect(page).toMatchObject({ ok: true, value: { total: 3, rows: [['added', '9', null, null, 9], ['changed', '4', 'amount', 4, 44], ['removed', '0', null, 0, null]] } })
    const file = await downloadDifference(world.deps, me(), comparison.id, { format: 'csv', columns: null, hasBom: false, sort: [], filter: [] }, never)
    expect(file.ok && (await new Response(file.value.body).text()).split('\r\n')[0]).toBe('"change","id","changed_columns","amount_before","amount_after"')
    expect(file).toMatchObject({ ok: true, value: { headers: { 'content-disposition': expect.stringContaining('attachment') } } })
  })

  it('is done once, also when two ask in the same moment; another key is another comparison', async () => {
    const [before, after] = [await addResult('i'), await addResult('i + 1')]
    expect(await findStored(world.deps, me(), { notebookId: world.notebookId, before, after, key: null })).toEqual({ ok: true, value: null })
    const there = (await keysBelow(prefix())).length
    const [one, other] = await Promise.all([made(before, after), made(before, after)])
    expect(one.id).toBe(other.id)
    expect((await keysBelow(prefix())).length).toBe(there + 2)
    expect(await findStored(world.deps, me(), { notebookId: world.notebookId, before, after, key: null })).toMatchObject({ ok: true, value: { id: one.id } })
    const whole = await made(before, after, [])
    expect(whole).toMatchObject({ askedKey: [], key: [], counts: { added: 10, removed: 10, changed: 0 } })
    expect(whole.id).not.toBe(one.id)
    expect(await made(after, before)).toMatchObject({ before: after, after: before })
    expect((await made(before, after, ['amount', 'id'])).id).toBe((await made(before, after, ['id', 'amount'])).id)
  })

  it('refuses what cannot be compared, in words', async () => {
    const result = await addResult('i')
    const notebook = await createNotebook(world.deps, me(), { workspaceId: world.owner.slug, title: 'Other', folder: '', requestId: 'r' })
    const elsewhere = await addResult('i', 'true', (notebook.ok ? notebook.value.id : '') as NotebookId)
    expect(await ask(result, elsewhere)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await ask('y', 'x')).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await ask(result, 'x')).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await ask(result, result, ['nope'])).toMatchObject({ ok: false, reason: 'key-invalid' })
    const { resultId } = await world.addResult({ cellId: 'ties', columns: [{ name: 'group', type: 'int' }, { name: 'n', type: 'bigint' }] })
    expect(await ask(result, resultId)).toMatchObject({ ok: false, reason: 'nothing-shared' })
  })

  it('leaves nothing in the store when a table cannot be read', async () => {
    const [before, after] = [await addResult('i'), await addResult('i')]
    const [row] = await world.db.select().from(results).where(eq(results.id, after))
    await world.deps.objects.removeAll(`${row?.path}/`)
    const there = await keysBelow(prefix())
    expect(await ask(before, after)).toMatchObject({ ok: false, reason: 'result-gone' })
    expect(await keysBelow(prefix())).toEqual(there)
  })
})

describe('who may compare', () => {
  it('members, whatever their role; not strangers, not guests of a link [S16]', async () => {
    const [before, after] = [await addResult('i'), await addResult('i * 2')]
    const [viewer, stranger] = [await world.addPerson('Vera'), await world.addPerson('Sven')]
    await world.db.insert(members).values({ workspaceId: world.workspaceId, userId: viewer.actor.userId, role: 'viewer' })
    const comparison = await ask(before, after, null, viewer.actor)
    expect(comparison).toMatchObject({ ok: true, value: { counts: { changed: 9 } } })
    const id = comparison.ok ? comparison.value.id : ''
    const guest = { kind: 'guest', shareId: 's' as never, notebookId: world.notebookId } as const
    const FIRST = { offset: 0, limit: 2, sort: [], filter: [] }
    for (const [actor, reason] of [[stranger.actor, 'not-found'], [guest, 'not-allowed'], [null, 'sign-in-needed']] as const) {
      expect(await ask(before, after, null, actor)).toMatchObject({ ok: false, reason })
      expect(await readComparison(world.deps, actor, id)).toMatchObject({ ok: false, reason })
      expect(await readDifference(world.deps, actor, id, FIRST)).toMatchObject({ ok: false, reason })
      expect(await listOtherResults(world.deps, actor, before)).toMatchObject({ ok: false, reason })
    }
  })
})

describe('what a result can be compared with', () => {
  it('are the results of its cell, newest first, and the one before is meant first that is still there', async () => {
    const [oldest, gone, newest] = [await addResult('i'), await addResult('i'), await addResult('i', 'i < 3')]
    await world.db.update(results).set({ removedAt: new Date() }).where(eq(results.id, gone))
    const listed = await listOtherResults(world.deps, me(), newest)
    if (!listed.ok) throw new Error(listed.message)
    expect(listed.value.slice(0, 3)).toMatchObject([
      { id: newest, rows: 3, columns: 2, place: 1, isGone: false, cause: 'person', requestedBy: { name: 'Olga' }, state: 'succeeded' }, { id: gone, isGone: true }, { id: oldest, isGone: false },
    ])
    expect(earlierOf(listed.value, newest)?.id).toBe(oldest)
    expect(await ask(gone, newest)).toMatchObject({ ok: false, reason: 'result-gone' })
  })

  it('find a table that was loaded whole later at the place of its first rows, whichever of the two is asked about', async () => {
    const [first, second, third] = [await addResult('i', 'i < 3'), await addResult('i', 'i < 4'), await addResult('i', 'i < 5')]
    const beside = await addBeside(second, 'i * 2', {})
    const whole = await addBeside(second, 'i', { wholeOf: second })
    const listed = await listOtherResults(world.deps, me(), third)
    if (!listed.ok) throw new Error(listed.message)
    expect(listed.value.slice(0, 5).map(({ id, place }) => [id, place])).toEqual([[third, 1], [beside, 2], [whole, 1], [second, 1], [first, 1]])
    expect([third, whole, second].map((id) => earlierOf(listed.value, id)?.id)).toEqual([whole, first, first])
    expect(await made(first, whole)).toMatchObject({ rows: { before: 3, after: 10 }, counts: { added: 7, unchanged: 3 } })
  })
})

describe('how long a comparison is kept', () => {
  const isThere = async (id: string) => (await keysBelow(`${prefix()}${id}/`)).length > 0
  const later = (hours: number) => ({ ...world.deps, now: () => new Date(Date.now() + hours * HOUR) })

  it('as long as both results, and as long as somebody looks at it; what has no row goes, but not while it is written', async () => {
    const [a, b, c] = [await addResult('i'), await addResult('i + 1'), await addResult('i + 2')]
    const [first, second] = [await made(a, b), await made(b, c)]
    const orphan = randomUUID()
    await world.deps.objects.put(`${prefix()}${orphan}/part`, Buffer.from('x'))
    await world.db.update(results).set({ removedAt: new Date() }).where(eq(results.id, a))
    expect(await removeComparisons(world.deps)).toBe(1)
    expect(await Promise.all([first.id, second.id, orphan].map(isThere))).toEqual([true, true, true])
    expect(await removeComparisons(later(2))).toBe(0)
    expect(await Promise.all([first.id, second.id, orphan].map(isThere))).toEqual([false, true, false])

    await world.db.update(comparisons).set({ usedAt: new Date(Date.now() - 31 * 24 * HOUR) }).where(eq(comparisons.id, second.id))
    expect((await made(b, c)).id).toBe(second.id)
    expect(await removeComparisons(later(2))).toBe(0)
    await world.db.update(comparisons).set({ usedAt: new Date(Date.now() - 31 * 24 * HOUR) }).where(eq(comparisons.id, second.id))
    expect(await removeComparisons(later(2))).toBe(1)
    expect(await isThere(second.id)).toBe(false)
    expect((await made(b, c)).id).not.toBe(second.id)
  })

  it('at most so many in a workspace: the one that was looked at longest ago goes for a new one, and is made again when asked', async () => {
    const [a, b, c] = [await addResult('i'), await addResult('i + 1'), await addResult('i + 2')]
    const first = await made(a, b)
    const [row] = await world.db.select().from(comparisons).where(eq(comparisons.id, first.id))
    const others = Array.from({ length: COMPARISONS_MAX }, (_, at) => ({ ...row!, id: randomUUID() as never, askedKey: `["${at}"]`, path: randomUUID() }))
    await world.db.update(comparisons).set({ usedAt: new Date(Date.now() - 29 * 24 * HOUR) }).where(eq(comparisons.id, first.id))
    await world.db.insert(comparisons).values(others)
    const newest = await made(b, c)
    expect(await world.db.$count(comparisons, eq(comparisons.workspaceId, world.workspaceId))).toBe(COMPARISONS_MAX)
    expect(await readComparison(world.deps, me(), newest.id)).toMatchObject({ ok: true })
    expect(await readComparison(world.deps, me(), first.id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect((await made(a, b)).id).not.toBe(first.id)
  })
})
