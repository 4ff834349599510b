/** What people in a room see: each other's text and place, an honest "saved", the notebook after whatever happened. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { insertCell } from '#lib/document/insert-cell.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import type { CellId, NotebookId, UserId } from '#lib/domain/ids.ts'
import { accept, refuse } from '#lib/domain/outcome.ts'
import { watchPresence } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import type { Admission } from '#server/rooms/rooms.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until, type Visit } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { admitByCookie, startRoomServer, type RoomServer } from '../../support/room-server.ts'

let database: TestDatabase
let server: RoomServer
const roles = new Map<string, 'viewer' | 'gone'>()
const open: Room[] = []

const visit = (notebookId: string, as: string, more: Partial<Visit> = {}): Room => {
  const room = connectPeer({ url: server.url, notebookId, as, ...more })
  open.push(room)
  return room
}
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'
const type = (room: Room, words: string): void => cellText(room.doc, CELL)?.insert(text(room).length, words)
const stored = async (notebookId: NotebookId): Promise<string> => (await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source ?? '(nothing)'
const saved = (...rooms: Room[]): Promise<void> => until(() => rooms.every((room) => room.status === 'saved'), 'everything saved')
const counts = async (notebookId: NotebookId): Promise<{ updates: number; snapshotUpTo: number }> => {
  const [row] = await database.sql`
    select (select count(*)::int from document_updates where notebook_id = ${notebookId}) as updates,
      (select last_update_id::int from document_snapshots where notebook_id = ${notebookId}) as upto`
  return { updates: row?.updates as number, snapshotUpTo: row?.upto as number }
}

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url, times: { beatMs: 100, idleMs: 300, recheckMs: 100 }, admit })
})
/** The cookie says who; `roles` says what they became since. */
async function admit(headers: Headers, notebookId: string): Promise<Admission> {
  const admission = await admitByCookie(headers, notebookId)
  if (!admission.ok) return admission
  const change = roles.get(admission.value.userId ?? '')
  if (change === 'gone') return refuse('not-found', 'You are no longer a member.')
  return accept({ ...admission.value, canEdit: admission.value.canEdit && change !== 'viewer', recheck: () => admit(headers, notebookId) })
}
afterEach(() => {
  open.splice(0).forEach((room) => room.close())
  roles.clear()
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

describe('two people in one notebook', () => {
  it('see each other type, and saved is said when it is in Postgres', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await saved(ada, bob)
    type(ada, 'hello')
    expect([ada.status, ada.unsaved]).toEqual(['saving', 1])
    await saved(ada)
    expect(await stored(notebookId)).toBe('hello')
    await until(() => text(bob) === 'hello', 'the other sees it')
    type(bob, ' world')
    await until(() => text(ada) === 'hello world' && bob.status === 'saved', 'and back')
    expect(await stored(notebookId)).toBe('hello world')
  })

  it('see who is where, by the name of the session, and who left', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob', { role: 'viewer' })]
    const [seenByAda, seenByBob] = [watchPresence(ada), watchPresence(bob)]
    await saved(ada, bob)
    seenByAda.setCursor(CELL, 0, 0)
    await until(() => seenByBob.people[0]?.cursor?.cellId === CELL, 'the cursor')
    expect(seenByBob.people).toMatchObject([{ id: 'ada', name: 'Name of ada', isGuest: false, cursor: { cellId: CELL } }])
    expect(seenByAda.people).toMatchObject([{ id: 'bob', name: 'Name of bob', cursor: null }])
    seenByAda.setCell(CELL)
    await until(() => seenByBob.people[0]?.cursor?.head === null, 'in the cell without a cursor')
    expect(seenByBob.people[0]?.cursor).toEqual({ cellId: CELL, anchor: null, head: null })
    seenByAda.clearCursor()
    await until(() => seenByBob.people[0]?.cursor === null, 'the cursor gone')
    ada.close()
    await until(() => seenByBob.people.length === 0, 'the person gone')
  })

  it('F15 have one presence entry per tab, and no echo', async () => {
    const { notebookId } = await seedNotebook(database)
    const tabs = Array.from({ length: 20 }, () => visit(notebookId, 'ada'))
    const lists = tabs.map(watchPresence)
    await saved(...tabs)
    await until(() => lists.every((list) => list.people.length === 19), 'each sees the 19 others')
    tabs.forEach((tab) => type(tab, 'x'))
    await until(() => tabs.every((tab) => text(tab) === 'x'.repeat(20) && tab.status === 'saved'), 'all equal')
    expect((await counts(notebookId)).updates).toBe(20)
  })
})

describe('a notebook', () => {
  it('is unloaded when nobody is there, leaves one snapshot, and opens again as it was', async () => {
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    await saved(ada)
    for (const letter of 'letters') {
      type(ada, letter)
      await saved(ada)
    }
    ada.close()
    await until(async () => (await counts(notebookId)).updates === 0, 'compacted')
    expect((await counts(notebookId)).snapshotUpTo).toBeGreaterThan(0)
    const again = visit(notebookId, 'ada')
    await saved(again)
    expect(text(again)).toBe('letters')
  })

  it('is compacted while it is open after some hundred updates', async () => {
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    await saved(ada)
    for (let i = 0; i < 450; i += 1) type(ada, 'x')
    await saved(ada)
    // What came while it was compacted stays, below the number that begins the next time.
    await until(async () => (await counts(notebookId)).updates <= 300, 'compacted')
    expect(await stored(notebookId)).toBe('x'.repeat(450))
  })

  it('shows a rename by the API to who has it open, and mirrors a rename in the page to the list', async () => {
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    await saved(ada)
    await server.rooms.edit(notebookId, null, (doc) => renameNotebook(doc, 'Arrivals'))
    await until(() => readNotebook(ada.doc).title === 'Arrivals', 'the new title')
    renameNotebook(ada.doc, 'Departures')
    await until(async () => (await database.sql`select title from notebooks where id = ${notebookId}`)[0]?.title === 'Departures', 'mirrored')
    expect((await server.rooms.read(notebookId)).title).toBe('Departures')
  })

  it('is edited and read by the server when nobody has it open', async () => {
    const { notebookId } = await seedNotebook(database)
    expect((await server.rooms.read(notebookId)).title).toBe('Delays')
    await server.rooms.edit(notebookId, null, (doc) => insertCell(doc, { id: 'new' as CellId, kind: 'sql', source: 'select 1' }, 'end'))
    expect((await readNotebookFromStore(database.sql, notebookId))?.cells[1]).toEqual({ id: 'new', kind: 'sql', source: 'select 1' })
    await expect(server.rooms.read('00000000-0000-4000-8000-000000000000' as NotebookId)).rejects.toThrow('no such notebook')
  })

  it('takes a paste of 5 MB within a second or so', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await saved(ada, bob)
    const began = performance.now()
    type(ada, 'long line of text\n'.repeat(300_000))
    await saved(ada)
    await until(() => text(bob).length === 5_400_000, 'the other has it')
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

describe('F14 a client that was away', () => {
  it('merges what it typed offline, while the server restarted and others went on', async () => {
    const { notebookId } = await seedNotebook(database)
    let other = await startRoomServer({ databaseUrl: database.url })
    const { port } = other
    const ada = visit(notebookId, 'ada', { url: other.url })
    const bob = visit(notebookId, 'bob')
    await saved(ada, bob)
    await other.stop()
    await until(() => ada.status === 'reconnecting', 'reconnecting')
    for (let i = 0; i < 500; i += 1) type(ada, 'a')
    for (let i = 0; i < 50; i += 1) type(bob, 'b')
    expect(ada.unsaved).toBe(500)
    await saved(bob)
    other = await startRoomServer({ databaseUrl: database.url, port })
    await saved(ada)
    await until(() => text(bob).length === 550 && text(ada).length === 550, 'both have all')
    expect(text(ada)).toBe(text(bob))
    expect(await stored(notebookId)).toBe(text(ada))
    ada.close()
    await other.stop()
  })

  it('of another epoch is refused with its own text kept', async () => {
    const { notebookId } = await seedNotebook(database)
    await database.sql`update notebooks set epoch = 2 where id = ${notebookId}`
    await database.sql`update document_snapshots set epoch = 2 where notebook_id = ${notebookId}`
    const late = visit(notebookId, 'ada', { epoch: 1 })
    insertCell(late.doc, { id: CELL, kind: 'python', source: 'mine' }, 'end')
    await until(() => late.ended !== null, 'refused')
    expect(late.status).toBe('refused')
    expect(late.ended).toMatchObject({ code: 4409, reason: 'epoch-conflict' })
    expect(late.conflict).toEqual({ unsaved: 1 })
    expect(text(late)).toBe('mine')
    const fresh = visit(notebookId, 'ada', { epoch: 2 })
    await saved(fresh)
    expect(text(fresh)).toBe('')
  })

  it('whose notebook gets another epoch while open is cut, and nothing goes to the old one', async () => {
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    await saved(ada)
    await database.sql`update notebooks set epoch = 2 where id = ${notebookId}`
    type(ada, 'late')
    await until(() => ada.ended?.code === 4409, 'cut')
    expect((await counts(notebookId)).updates).toBe(0)
  })
})

describe('rights', () => {
  it('let a viewer read along, and say so when an edit is not taken', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, vic] = [visit(notebookId, 'ada'), visit(notebookId, 'vic', { role: 'viewer' })]
    await saved(ada, vic)
    expect(vic.canEdit).toBe(false)
    type(ada, 'seen')
    await until(() => text(vic) === 'seen', 'the viewer reads')
    type(vic, '!')
    await until(() => vic.status === 'refused', 'refused')
    expect(vic.refusal).toMatch(/^You can .*read this notebook/)
    await pause(100)
    expect([text(ada), await stored(notebookId)]).toEqual(['seen', 'seen'])
  })

  it('are asked again: an editor who became a viewer cannot write on, and back', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await saved(ada, bob)
    roles.set('bob', 'viewer')
    await until(() => !bob.canEdit, 'read only')
    type(bob, 'no')
    await until(() => bob.status === 'refused', 'refused')
    roles.delete('bob')
    await until(() => bob.canEdit && bob.status === 'saved', 'may write again, and what was refused is saved')
    await until(() => text(ada) === 'no', 'the other sees it')
  })

  it('cut who lost access, at once on notice and soon without', async () => {
    const { notebookId, workspaceId } = await seedNotebook(database)
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob')]
    await saved(ada, bob)
    roles.set('bob', 'gone')
    await database.sql.notify('access', `workspace:${workspaceId} another`)
    await until(() => bob.ended?.code === 4404, 'cut')
    server.rooms.closeSockets({ userId: 'ada' as UserId }, 4401, 'Signed out')
    await until(() => ada.ended?.reason === 'sign-in-needed', 'cut too')
    expect(ada.status).toBe('refused')
  })
})

describe('two web processes on one database', () => {
  it('show each other their edits and their people, and compact without losing any', async () => {
    const { notebookId } = await seedNotebook(database)
    const other = await startRoomServer({ databaseUrl: database.url, times: { beatMs: 100, idleMs: 300, recheckMs: 1000 } })
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob', { url: other.url })]
    const [seenByAda, seenByBob] = [watchPresence(ada), watchPresence(bob)]
    await saved(ada, bob)
    type(ada, 'a')
    await until(() => text(bob) === 'a', 'across')
    await until(() => seenByAda.people[0]?.id === 'bob' && seenByBob.people[0]?.id === 'ada', 'people across')
    seenByBob.setCursor(CELL, 1, 1)
    await until(() => seenByAda.people[0]?.cursor?.cellId === CELL, 'cursor across')
    for (let i = 0; i < 450; i += 1) {
      type(ada, 'a')
      type(bob, 'b')
      if (i % 25 === 0) await pause(5)
    }
    await saved(ada, bob)
    await until(() => text(ada).length === 901 && text(ada) === text(bob), 'equal')
    expect(await stored(notebookId)).toBe(text(ada))
    expect((await server.rooms.read(notebookId)).cells[0]?.source).toBe(text(ada))
    bob.close()
    await until(() => seenByAda.people.length === 0, 'the person gone across')
    await other.stop()
  })

  it('read each other’s committed text at once, without waiting for news', async () => {
    const { notebookId } = await seedNotebook(database)
    const other = await startRoomServer({ databaseUrl: database.url })
    const [ada, bob] = [visit(notebookId, 'ada'), visit(notebookId, 'bob', { url: other.url })]
    await saved(ada, bob)
    for (let i = 1; i <= 20; i += 1) {
      type(bob, 'b')
      await saved(bob)
      expect((await server.rooms.read(notebookId)).cells[0]?.source).toBe('b'.repeat(i))
    }
    bob.close()
    await other.stop()
  })
})
