/** History as people use it: who may see it, name it and bring it back, and that nobody's typing is lost by it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { changeKind } from '#lib/document/change-kind.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { binnedCells } from '#lib/document/order.ts'
import { readKept } from '#lib/document/read-kept.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { cellsOf } from '#lib/document/keys.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { setRowLimit } from '#lib/document/row-limit.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { shareTableView } from '#lib/document/table-views.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import type { Deps } from '#server/deps.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { trashNotebook } from '#server/notebooks/trash-notebook.ts'
import { listVersions } from '#server/versions/list-versions.ts'
import { nameNow, renameVersion } from '#server/versions/name-version.ts'
import { readVersion } from '#server/versions/read-version.ts'
import { restoreVersion } from '#server/versions/restore-version.ts'
import { addMember } from '#server/workspaces/add-member.ts'
import { createAccountsWorld, strangerTo, type AccountsWorld } from '../../support/accounts-world.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

const CELLS = (['a', 'b', 'c'] as CellId[]).map((id): Cell => ({ id, kind: 'python', source: `${id} = 1\nprint(${id})\n` }))
const [A, B, C] = CELLS.map((cell) => cell.id) as [CellId, CellId, CellId]

let world: AccountsWorld
let deps: Deps
let server: RoomServer
let ada: Awaited<ReturnType<AccountsWorld['addPerson']>>
let eve: typeof ada
let vic: typeof ada
const open: Room[] = []

beforeAll(async () => {
  world = await createAccountsWorld()
  server = await startRoomServer({ databaseUrl: world.url })
  deps = { ...world.deps, rooms: server.rooms }
  ;[ada, eve, vic] = [await world.addPerson('Ada'), await world.addPerson('Eve'), await world.addPerson('Vic')]
  await addMember(deps, ada.actor, { workspaceId: ada.slug, email: eve.email, role: 'editor', requestId: 'r' })
  await addMember(deps, ada.actor, { workspaceId: ada.slug, email: vic.email, role: 'viewer', requestId: 'r' })
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await server.stop()
  await world.drop()
})

function valueOf<T>(outcome: { ok: true; value: T } | { ok: false; message: string }): T {
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.value
}
async function make(cells = CELLS): Promise<string> {
  return valueOf(await createNotebook(deps, ada.actor, { workspaceId: ada.slug, title: 'Report', folder: '', cells, requestId: 'r' })).id
}
async function visit(notebookId: string, as = eve.actor.userId as string): Promise<Room> {
  const room = connectPeer({ url: server.url, notebookId, as })
  open.push(room)
  await until(() => room.status === 'saved', 'in')
  return room
}
const name = async (notebookId: string, words: string) => valueOf(await nameNow(deps, ada.actor, { notebookId, name: words }))
const restore = (versionId: string, cellId?: string, actor = ada.actor) => restoreVersion(deps, actor, { versionId, ...(cellId === undefined ? {} : { cellId }), requestId: 'r' })

function changeEverything({ doc }: Room): void {
  cellText(doc, A)?.insert(0, 'changed ')
  cellsOf(doc).delete(B)
  moveCell(doc, C, 'start')
  changeKind(doc, C, 'markdown')
  insertCell(doc, { id: 'new' as CellId, kind: 'sql', source: 'select 1' }, 'end')
  renameNotebook(doc, 'Other')
}

describe('the history of a notebook', () => {
  it('shows names and people, and the text of each version', async () => {
    const id = await make()
    const named = await name(id, '  Sent to the board  ')
    const room = await visit(id)
    cellText(room.doc, A)?.insert(0, 'x')
    await until(() => room.status === 'saved', 'saved')
    const second = await name(id, 'Second')
    expect(valueOf(await listVersions(deps, vic.actor, id))).toMatchObject([
      { id: second.id, cause: 'named', name: 'Second', authors: [{ userId: eve.actor.userId, name: 'Eve', cellIds: ['a'], color: expect.stringMatching(/^#/) }] },
      { id: named.id, cause: 'named', name: 'Sent to the board' },
    ])
    expect(valueOf(await readVersion(deps, vic.actor, named.id)).text).toEqual({ title: 'Report', cells: CELLS.map((cell) => ({ ...cell, tableViews: {} })) })
    expect(valueOf(await renameVersion(deps, eve.actor, { versionId: named.id, name: 'First' })).name).toBe('First')
  })

  it('is for members, is changed by editors, and stays readable in the trash', async () => {
    const id = await make()
    const { id: versionId } = await name(id, 'One')
    const stranger = strangerTo(ada.actor.userId)
    expect(await listVersions(deps, stranger, id)).toMatchObject({ reason: 'not-found' })
    expect(await readVersion(deps, stranger, versionId)).toMatchObject({ reason: 'not-found', message: expect.stringContaining('version') })
    expect(await readVersion(deps, ada.actor, 'no-id')).toMatchObject({ reason: 'not-found' })
    expect(await nameNow(deps, vic.actor, { notebookId: id, name: 'x' })).toMatchObject({ reason: 'not-allowed' })
    expect(await renameVersion(deps, vic.actor, { versionId, name: 'x' })).toMatchObject({ reason: 'not-allowed' })
    expect(await restore(versionId, undefined, vic.actor)).toMatchObject({ reason: 'not-allowed' })
    expect(await nameNow(deps, ada.actor, { notebookId: id, name: ' ' })).toMatchObject({ reason: 'name-invalid' })
    expect(await restore(versionId, 'nowhere')).toMatchObject({ reason: 'cell-missing' })
    await trashNotebook(deps, ada.actor, { notebookId: id, requestId: 'r' })
    expect(await restore(versionId)).toMatchObject({ reason: 'not-allowed', message: expect.stringContaining('trash') })
    expect(valueOf(await listVersions(deps, vic.actor, id))).toHaveLength(1)
  })
})

describe('restoring', () => {
  it('brings everything back as it was, with what was there before in the timeline', async () => {
    const id = await make()
    const version = await name(id, 'Good')
    const room = await visit(id)
    changeEverything(room)
    await until(() => room.status === 'saved', 'saved')
    const [changed, kept] = [readNotebook(room.doc), readKept(room.doc)]
    const { before, left } = valueOf(await restore(version.id))
    expect(left).toEqual([])
    await until(() => readNotebook(room.doc).title === 'Report', 'the page sees it')
    expect(readNotebook(room.doc)).toEqual({ title: 'Report', cells: CELLS })
    expect(binnedCells(room.doc)).toMatchObject([{ id: 'new', bin: { by: 'Ada' } }])
    expect(valueOf(await listVersions(deps, ada.actor, id))[0]).toMatchObject({ id: before, cause: 'restore' })
    expect(valueOf(await readVersion(deps, ada.actor, before)).text).toEqual(kept)
    // And back again.
    valueOf(await restore(before))
    await until(() => readNotebook(room.doc).title === 'Other', 'the page sees it')
    expect(readNotebook(room.doc)).toEqual(changed)
  })

  it('brings one cell back and leaves the rest', async () => {
    const id = await make()
    const version = await name(id, 'Good')
    const room = await visit(id)
    changeEverything(room)
    await until(() => room.status === 'saved', 'saved')
    valueOf(await restore(version.id, B))
    await until(() => cellText(room.doc, B) !== null, 'the cell is back')
    expect(readNotebook(room.doc)).toMatchObject({ title: 'Other', cells: [{ id: 'c', kind: 'markdown' }, { id: 'a', source: 'changed a = 1\nprint(a)\n' }, { id: 'b', source: CELLS[1]?.source }, { id: 'new' }] })
  })

  it('brings back values of inputs, row limits and shared views, of one cell and of all; a version has them as they were', async () => {
    const input: Cell = { id: A, kind: 'input', source: writeInput(newInput('number', 'top')), value: 7 }
    const table: Cell = { id: B, kind: 'sql', source: 'select 1', rowLimit: null, tableViews: { 0: { ...PLAIN_VIEW, hidden: ['a'] } } }
    const id = await make([input, table])
    const version = await name(id, 'Good')
    const cellsOfVersion = async (versionId: string) => valueOf(await readVersion(deps, vic.actor, versionId)).text.cells
    expect(await cellsOfVersion(version.id)).toEqual([input, table])
    const room = await visit(id)
    setInputValue(room.doc, A, null)
    setRowLimit(room.doc, [B], 1000)
    await until(() => room.status === 'saved', 'saved')
    expect(await cellsOfVersion((await name(id, 'Limited')).id)).toEqual([{ ...input, value: null }, { ...table, rowLimit: 1000 }])
    shareTableView(room.doc, B, 0, null)
    await until(() => room.status === 'saved', 'saved')
    expect((await cellsOfVersion((await name(id, 'No view')).id))[1]).toEqual({ ...table, rowLimit: 1000, tableViews: {} })
    valueOf(await restore(version.id, A))
    await until(() => readKept(room.doc).cells[0]?.value === 7, 'the value is back')
    expect(readKept(room.doc).cells[1]).toEqual({ ...table, rowLimit: 1000, tableViews: {} })
    valueOf(await restore(version.id))
    await until(() => readKept(room.doc).cells[1]?.rowLimit === null, 'the limit is back')
    expect(readKept(room.doc).cells).toEqual([input, table])
  })

  it('of more than a change may hold comes in parts, each character whole', async () => {
    // The first letter puts each pair of halves where a cut would fall between them.
    const sources = [`a${'😀'.repeat(2_400_000)}`, 'b'.repeat(3_000_000)]
    const cells = sources.map((source, i): Cell => ({ ...CELLS[i]!, source }))
    const { id } = valueOf(await createNotebook(deps, ada.actor, { workspaceId: ada.slug, title: 'Long', folder: '', cells, requestId: 'r' }))
    const version = await name(id, 'Long')
    const room = await visit(id)
    await server.rooms.edit(id, ada.actor.userId, (doc) => [A, B].forEach((cell, i) => cellText(doc, cell)?.delete(0, sources[i]!.length)))
    await until(() => cellText(room.doc, A)?.length === 0, 'the page has nothing')
    valueOf(await restore(version.id))
    await until(() => cellText(room.doc, B)?.length === 3_000_000 && cellText(room.doc, A)?.length === 4_800_001, 'the page has all')
    expect([A, B].map((cell, i) => cellText(room.doc, cell)?.toString() === sources[i])).toEqual([true, true])
    expect((await server.rooms.read(id)).cells.map(({ source }, i) => source === sources[i])).toEqual([true, true])
    const [stored] = await world.sql<{ parts: number; largest: number }[]>`select count(*)::int as parts, max(octet_length(update)) as largest from document_updates where notebook_id = ${id}`
    expect(stored?.parts).toBeGreaterThan(10)
    expect(stored?.largest).toBeLessThanOrEqual(2 ** 20)
  })

  it('is the work of who asked for it in the next version', async () => {
    const id = await make()
    const version = await name(id, 'Good')
    const room = await visit(id)
    cellText(room.doc, A)?.insert(0, 'x')
    await until(() => room.status === 'saved', 'saved')
    valueOf(await restore(version.id))
    const next = await name(id, 'After')
    expect(next.authors).toMatchObject([{ name: 'Ada', cellIds: ['a'] }])
  })

  it('keeps every word that two people type while it happens, ten times over', async () => {
    const id = await make()
    const version = await name(id, 'Good')
    const rooms = [await visit(id), await visit(id, vic.actor.userId)]
    const typed: string[] = []
    const type = (room: Room, who: number): void => {
      const token = `⟦${who}-${typed.length}⟧`
      typed.push(token)
      const text = cellText(room.doc, who === 0 ? A : C)
      text?.insert(typed.length % 2 === 0 ? 0 : text.length, token)
    }
    const seen: string[] = []
    for (let round = 0; round < 10; round += 1) {
      rooms.forEach(type)
      const restoring = restore(version.id)
      const meanwhile = typed.length
      for (let i = 0; i < 12; i += 1) {
        rooms.forEach(type)
        await pause(3)
      }
      valueOf(await restoring)
      await until(() => rooms.every((room) => room.status === 'saved'), 'saved')
      // A word that the restore did not know of stands; one it knew of is in the version before it. None is in both.
      const state = valueOf(await listVersions(deps, ada.actor, id)).find(({ cause }) => cause === 'restore')
      const now = JSON.stringify(await server.rooms.read(id as never))
      const before = JSON.stringify(valueOf(await readVersion(deps, ada.actor, state!.id)).text)
      for (const token of typed.slice(meanwhile)) expect([token, now.split(token).length + before.split(token).length]).toEqual([token, 3])
      seen.push(...typed.slice(meanwhile).filter((token) => now.includes(token)))
    }
    expect(seen.length).toBeGreaterThan(0)
    const [first, second] = rooms.map((room) => JSON.stringify(readNotebook(room.doc)))
    expect(second).toBe(first)
  })
})
