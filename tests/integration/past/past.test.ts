/** A notebook as it stood: which text, which runs, and who may look. */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import type { Output } from '#lib/domain/feed.ts'
import { STOPS_OF_EACH } from '#lib/domain/past.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { listStops } from '#server/past/list-stops.ts'
import { readPast } from '#server/past/read-past.ts'
import { outputs, results, runCells, runs } from '#server/store/schema/runs.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { notebookVersions } from '#server/store/schema/versions.ts'
import { createAccountsWorld, type AccountsWorld } from '../../support/accounts-world.ts'

type Person = Awaited<ReturnType<AccountsWorld['addPerson']>>
let world: AccountsWorld
let owner: Person
let workspaceId: string
beforeAll(async () => {
  world = await createAccountsWorld()
  owner = await world.addPerson('Olga')
})
afterAll(() => world.drop())

/** Seconds of one minute; Postgres keeps microseconds, so instants of the database are never whole milliseconds here. */
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 9, 0, second)).toISOString()
const stored = (second: number): string => `${at(second).slice(0, -1)}400Z`
let seq = 0

async function makeNotebook(): Promise<NotebookId> {
  const made = await createNotebook(world.deps, owner.actor, { workspaceId: owner.slug, title: 'Plan', folder: '', requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  workspaceId = made.value.workspaceId
  return made.value.id as NotebookId
}
async function addVersion(notebookId: NotebookId, second: number, sources: Record<string, string>, name: string | null = null): Promise<void> {
  const content = gzipSync(JSON.stringify({ title: `Plan ${second}`, cells: Object.entries(sources).map(([id, source]) => ({ id, kind: 'sql', source })) }))
  const [row] = await world.db.insert(notebookVersions).values({ notebookId, epoch: 1, lastUpdateId: second, cause: name === null ? 'auto' : 'named', name, content, digest: String(second), authors: [{ userId: null, name: 'Olga', cellIds: [] }] }).returning({ id: notebookVersions.id })
  await world.sql`update notebook_versions set created_at = ${stored(second)} where id = ${row!.id}`
}
async function addRun(notebookId: NotebookId, second: number, cellId: string, source: string, shown: Output[], state: 'succeeded' | 'failed' = 'succeeded'): Promise<RunId> {
  const runId = randomUUID() as RunId
  await world.db.insert(runs).values({ id: runId, workspaceId: workspaceId as never, notebookId, cause: 'person', requestedBy: owner.actor.userId, scope: { kind: 'all' }, state, finishedAt: new Date(), requestedAt: new Date(at(second)) })
  await world.db.insert(runCells).values({ runId, cellId: cellId as CellId, position: 0, kind: 'sql', source, sourceDigest: 'x', state, startedAt: new Date(at(second)) })
  await world.sql`update runs set finished_at = ${stored(second)} where id = ${runId}`
  await world.sql`update run_cells set finished_at = ${stored(second)} where run_id = ${runId}`
  for (const output of shown) await world.db.insert(outputs).values({ notebookId, seq: (seq += 1), runId, cellId: cellId as CellId, output })
  return runId
}
const print = (text: string): Output => ({ kind: 'stream', name: 'stdout', text })
const textsOf = (shown: readonly Output[]): string[] => shown.flatMap((output) => (output.kind === 'stream' ? [output.text] : []))
async function past(notebookId: NotebookId, second: number) {
  const read = await readPast(world.deps, owner.actor, { notebookId, asOf: at(second) })
  if (!read.ok) throw new Error(read.message)
  return read.value
}

describe('a notebook as of an instant', () => {
  it('has the text and, of each cell, what its newest ended run showed, with the text that ran', async () => {
    const notebookId = await makeNotebook()
    await addVersion(notebookId, 10, { a: 'select 1', b: 'select 10' })
    const first = await addRun(notebookId, 20, 'a', 'select 1', [print('one'), { kind: 'progress', stages: [] }])
    await addVersion(notebookId, 30, { a: 'select 2' }, 'Sent')
    await addRun(notebookId, 40, 'a', 'select 2', [print('old'), { kind: 'clear' }, print('two')], 'failed')

    expect((await past(notebookId, 10))).toMatchObject({ title: 'Plan 10', version: { name: null }, cells: [{ id: 'a', source: 'select 1', ran: null, outputs: [] }, { id: 'b', source: 'select 10', ran: null }] })
    const between = await past(notebookId, 25)
    expect(between.cells[0]).toMatchObject({ source: 'select 1', ran: { runId: first, source: 'select 1', state: 'succeeded' }, outputs: [print('one')], gone: [] })
    const changed = await past(notebookId, 35)
    expect(changed).toMatchObject({ title: 'Plan 30', version: { name: 'Sent' }, cells: [{ id: 'a', source: 'select 2', ran: { source: 'select 1' } }] })
    const newest = await past(notebookId, 59)
    expect(newest.cells.map(({ ran, outputs: shown }) => [ran?.state, textsOf(shown)])).toEqual([['failed', ['two']]])
  })

  it('has what an input was set to then', async () => {
    const notebookId = await makeNotebook()
    const input = { id: 'i', kind: 'input', source: '{"name": "top", "type": "number"}' }
    for (const [second, cells] of [[10, [input]], [20, [{ ...input, value: 7 }]], [30, [{ ...input, value: null }]]] as const) {
      const content = gzipSync(JSON.stringify({ title: 'Plan', cells }))
      const [row] = await world.db.insert(notebookVersions).values({ notebookId, epoch: 1, lastUpdateId: second, cause: 'auto', content, digest: String(second), authors: [] }).returning({ id: notebookVersions.id })
      await world.sql`update notebook_versions set created_at = ${stored(second)} where id = ${row!.id}`
    }
    expect((await past(notebookId, 15)).cells[0]).not.toHaveProperty('value')
    expect((await past(notebookId, 25)).cells[0]).toMatchObject({ id: 'i', value: 7 })
    expect((await past(notebookId, 35)).cells[0]).toMatchObject({ value: null })
  })

  it('is found by the instants that the stops themselves say, although Postgres counts finer', async () => {
    const notebookId = await makeNotebook()
    await addVersion(notebookId, 10, { a: 'select 1' })
    const runId = await addRun(notebookId, 20, 'a', 'select 1', [print('one')])
    const stops = await listStops(world.deps, owner.actor, notebookId)
    expect(stops).toMatchObject({ ok: true, value: { cut: [], stops: [{ kind: 'version', at: at(10), people: ['Olga'] }, { kind: 'run', at: at(20), id: runId, state: 'succeeded', by: 'Olga', cells: 1 }] } })
    expect((await past(notebookId, 10)).version).not.toBeNull()
    expect((await past(notebookId, 20)).cells[0]?.ran?.runId).toBe(runId)
    expect((await past(notebookId, 19)).cells[0]?.ran).toBeNull()
  })

  it('is no stop further back than the newest thousand of each, and the list says of which there are more', async () => {
    const notebookId = await makeNotebook()
    await addVersion(notebookId, 1, { a: 'select 1' })
    // All cancelled at one instant, as a queue is: one stop, and as many runs.
    const many = Array.from({ length: STOPS_OF_EACH - 1 }, () => ({ id: randomUUID() as RunId, workspaceId: workspaceId as never, notebookId, cause: 'person' as const, scope: { kind: 'all' as const }, state: 'cancelled' as const, finishedAt: new Date(at(30)) }))
    await world.db.insert(runs).values(many)
    await addRun(notebookId, 20, 'a', 'select 1', [])
    expect(await listStops(world.deps, owner.actor, notebookId)).toMatchObject({ ok: true, value: { cut: [], stops: [{ at: at(1) }, { at: at(20) }, { at: at(30) }] } })
    await addRun(notebookId, 10, 'a', 'select 1', [])
    expect(await listStops(world.deps, owner.actor, notebookId)).toMatchObject({ ok: true, value: { cut: ['run'], stops: [{ at: at(1) }, { at: at(20) }, { at: at(30) }] } })
  })

  it('has the cells that had run where no text is kept', async () => {
    const notebookId = await makeNotebook()
    await addRun(notebookId, 20, 'a', 'select 1', [print('one')])
    await addVersion(notebookId, 30, { a: 'select 2' })
    expect(await past(notebookId, 20)).toMatchObject({ version: null, cells: [{ id: 'a', source: null, ran: { source: 'select 1' } }] })
    expect(await past(notebookId, 5)).toMatchObject({ version: null, cells: [] })
  })

  it('says of a table that was removed since', async () => {
    const notebookId = await makeNotebook()
    await addVersion(notebookId, 10, { a: 'select 1' })
    const resultId = randomUUID() as ResultId
    const columns = [{ name: 'n', type: 'int' }]
    const runId = await addRun(notebookId, 20, 'a', 'select 1', [{ kind: 'result', resultId, columns, rows: 7, truncated: false, text: '' }])
    await world.db.insert(results).values({ id: resultId, workspaceId: workspaceId as never, notebookId, runId, cellId: 'a' as CellId, path: `x/${resultId}`, version: 0, columns, rows: 7, truncated: false })
    expect((await past(notebookId, 20)).cells[0]?.gone).toEqual([])
    await world.db.update(results).set({ removedAt: new Date() }).where(eq(results.id, resultId))
    expect((await past(notebookId, 20)).cells[0]).toMatchObject({ gone: [resultId], outputs: [{ kind: 'result', rows: 7 }] })
  })
})

describe('who may look back', () => {
  it('members of any role; not strangers, not guests of a link [S16]', async () => {
    const notebookId = await makeNotebook()
    await addVersion(notebookId, 10, { a: 'select 1' })
    const [viewer, stranger] = [await world.addPerson('Vera'), await world.addPerson('Sten')]
    await world.db.insert(members).values({ workspaceId: workspaceId as never, userId: viewer.actor.userId, role: 'viewer' })
    expect(await readPast(world.deps, viewer.actor, { notebookId, asOf: at(10) })).toMatchObject({ ok: true, value: { title: 'Plan 10' } })
    for (const [actor, reason] of [[stranger.actor, 'not-found'], [{ kind: 'guest', shareId: 's' as never, notebookId }, 'not-allowed'], [null, 'sign-in-needed']] as const) {
      expect(await readPast(world.deps, actor, { notebookId, asOf: at(10) })).toMatchObject({ ok: false, reason })
      expect(await listStops(world.deps, actor, notebookId)).toMatchObject({ ok: false, reason })
    }
  })

  it.each(['yesterday', '2026-13-01T00:00:00Z', "2026-01-01T00:00:00Z'; select 1", ''])('by an instant, and nothing else: %j', async (asOf) => {
    expect(await readPast(world.deps, owner.actor, { notebookId: await makeNotebook(), asOf })).toMatchObject({ ok: false, reason: 'instant-invalid' })
  })
})
