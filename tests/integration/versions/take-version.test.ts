/** Versions are taken from Postgres alone, say who changed which cell, and lose no author to a compaction. */
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { insertCell } from '#lib/document/insert-cell.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import type { CellId, NotebookId, UserId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { compactDocument } from '#server/notebooks/compact-document.ts'
import { user } from '#server/store/schema/auth.ts'
import { takeVersion } from '#server/versions/take-version.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, until } from '../../support/room-client.ts'
import { seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

const [ONE, TWO, NEW] = ['one', 'two', 'new'] as CellId[]
const NEVER = { restMs: 600_000, workMs: 600_000 }

let database: TestDatabase
let server: RoomServer
const open: Room[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.insert(user).values(['ada', 'bob'].map((id) => ({ id: id as UserId, name: `Name of ${id}`, email: `${id}@test.invalid` })))
  server = await startRoomServer({ databaseUrl: database.url, times: { beatMs: 100, idleMs: 400, recheckMs: 60_000, versions: NEVER } })
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await server.stop()
  await database.drop()
})

/** Made an hour ago. */
async function seed(): Promise<NotebookId> {
  const { notebookId } = await seedNotebook(database, [{ id: ONE!, kind: 'python', source: 'a = 1' }, { id: TWO!, kind: 'sql', source: 'select 1' }])
  await database.sql`update document_snapshots set created_at = created_at - interval '1 hour' where notebook_id = ${notebookId}`
  return notebookId
}

async function visit(notebookId: NotebookId, url = server.url): Promise<[ada: Room, bob: Room]> {
  const rooms = ['ada', 'bob'].map((as) => connectPeer({ url, notebookId, as })) as [Room, Room]
  open.push(...rooms)
  await saved(...rooms)
  return rooms
}
const saved = (...rooms: Room[]): Promise<void> => until(() => rooms.every((room) => room.status === 'saved'), 'everything saved')
const type = (room: Room, cell: CellId, words: string): void => cellText(room.doc, cell)?.insert(0, words)

/** A minute passes: versions closer together than some seconds are made one. */
const later = (notebookId: NotebookId) => database.sql`update notebook_versions set created_at = created_at - interval '1 minute' where notebook_id = ${notebookId}`

interface Row { cause: string; name: string | null; authors: { userId: string | null; name: string; cellIds: string[] }[]; text: NotebookText }
async function timeline(notebookId: NotebookId): Promise<Row[]> {
  const rows = await database.sql`select cause, name, authors, content from notebook_versions where notebook_id = ${notebookId} order by created_at, last_update_id`
  return rows.map(({ content, ...row }) => ({ ...row, text: JSON.parse(gunzipSync(content as Buffer).toString()) as NotebookText }) as Row)
}
const who = (row: Row | undefined): [string, string[]][] => (row?.authors ?? []).map(({ name, cellIds }): [string, string[]] => [name, cellIds.sort()]).sort()

describe('a version', () => {
  it('has the text, and says of each person which cells they changed since the one before; the first is how it was made', async () => {
    const notebookId = await seed()
    const [ada, bob] = await visit(notebookId)
    type(ada, ONE!, '# ada\n')
    insertCell(bob.doc, { id: NEW!, kind: 'markdown', source: 'new' }, 'end')
    await saved(ada, bob)
    type(bob, ONE!, '# bob\n')
    await saved(bob)
    await takeVersion(database, notebookId)
    await later(notebookId)
    renameNotebook(ada.doc, 'Arrivals')
    type(ada, TWO!, '-- ada\n')
    await saved(ada)
    await takeVersion(database, notebookId)
    const [first, second, third] = await timeline(notebookId)
    expect(first).toMatchObject({ cause: 'auto', text: { title: 'Delays', cells: [{ source: 'a = 1' }, { source: 'select 1' }] } })
    expect(who(first)).toEqual([['Owner', ['one', 'two']]])
    expect(second?.text.cells.map((cell) => cell.source)).toEqual(['# bob\n# ada\na = 1', 'select 1', 'new'])
    expect(who(second)).toEqual([['Name of ada', ['one']], ['Name of bob', ['new', 'one']]])
    expect(third?.text).toMatchObject({ title: 'Arrivals' })
    expect(who(third)).toEqual([['Name of ada', ['two']]])
  })

  it('is not taken twice of one text, is told to the feed, and takes a name on itself', async () => {
    const notebookId = await seed()
    const [ada] = await visit(notebookId)
    expect(await takeVersion(database, notebookId)).toBeNull()
    type(ada, ONE!, 'x')
    await saved(ada)
    const made = await takeVersion(database, notebookId)
    cellText(ada.doc, ONE!)?.insert(0, 'y')
    cellText(ada.doc, ONE!)?.delete(0, 1)
    await saved(ada)
    expect(await takeVersion(database, notebookId)).toBe(made)
    expect(await takeVersion(database, notebookId)).toBeNull()
    expect(await takeVersion(database, notebookId, { cause: 'named', name: 'Sent' })).toBe(made)
    expect(await takeVersion(database, notebookId, { cause: 'restore' })).toBe(made)
    expect((await timeline(notebookId)).map(({ cause, name }) => [cause, name])).toEqual([['auto', null], ['named', 'Sent']])
    expect(await takeVersion(database, notebookId, { cause: 'named', name: 'Sent again' })).not.toBe(made)
    const events = await database.sql`select event ->> 'versionId' as id from run_events where notebook_id = ${notebookId} and event ->> 'kind' = 'version.added' order by seq`
    expect(events).toHaveLength(2)
    expect(events[0]?.id).toBe(made)
  })

  it('is one when six ask at once', async () => {
    const notebookId = await seed()
    const [ada] = await visit(notebookId)
    type(ada, ONE!, 'x')
    await saved(ada)
    await Promise.all(Array.from({ length: 6 }, () => takeVersion(database, notebookId)))
    expect(await timeline(notebookId)).toHaveLength(2)
  })
})

describe('compaction', () => {
  it('takes a version first, so that authors outlive the rows that named them', async () => {
    const notebookId = await seed()
    const [ada, bob] = await visit(notebookId)
    type(ada, ONE!, 'a')
    type(bob, TWO!, 'b')
    await saved(ada, bob)
    await compactDocument(database, notebookId, 1)
    expect((await database.sql`select count(*)::int as n from document_updates where notebook_id = ${notebookId}`)[0]?.n).toBe(0)
    expect(who((await timeline(notebookId)).at(-1))).toEqual([['Name of ada', ['one']], ['Name of bob', ['two']]])
    await later(notebookId)
    type(bob, ONE!, 'c')
    await saved(bob)
    await takeVersion(database, notebookId)
    expect(who((await timeline(notebookId)).at(-1))).toEqual([['Name of bob', ['one']]])
  })

  it('joins the authors of versions that stand too close together', async () => {
    const notebookId = await seed()
    const [ada, bob] = await visit(notebookId)
    for (const [room, cell] of [[ada, ONE], [bob, TWO], [ada, TWO]] as const) {
      type(room, cell!, 'x')
      await saved(room)
      await takeVersion(database, notebookId)
    }
    const rows = await timeline(notebookId)
    // How it was made, the first of this second, and the newest with the work of the one between.
    expect(rows.map(who)).toEqual([[['Owner', ['one', 'two']]], [['Name of ada', ['one']]], [['Name of ada', ['two']], ['Name of bob', ['two']]]])
  })

  it('reads a snapshot in the old format and leaves one in the new', async () => {
    const notebookId = await seed()
    const encoding = async () => (await database.sql`select encoding from document_snapshots where notebook_id = ${notebookId}`)[0]?.encoding as number
    expect(await encoding()).toBe(1)
    const [ada] = await visit(notebookId)
    type(ada, ONE!, 'x')
    await saved(ada)
    await compactDocument(database, notebookId, 1)
    expect(await encoding()).toBe(2)
    expect((await server.rooms.read(notebookId)).cells[0]?.source).toBe('xa = 1')
    const other = await startRoomServer({ databaseUrl: database.url })
    const [cold] = await visit(notebookId, other.url)
    expect(cellText(cold.doc, ONE!)?.toString()).toBe('xa = 1')
    await other.stop()
  })
})

describe('a room takes a version by itself', () => {
  const withTimes = (versions: { restMs: number; workMs: number }) => startRoomServer({ databaseUrl: database.url, times: { beatMs: 100, idleMs: 60_000, recheckMs: 60_000, versions } })

  it('when the work rests', async () => {
    const notebookId = await seed()
    const resting = await withTimes({ restMs: 150, workMs: 600_000 })
    const [ada] = await visit(notebookId, resting.url)
    type(ada, ONE!, 'rest ')
    await until(async () => (await timeline(notebookId)).length === 2, 'a version')
    expect((await timeline(notebookId))[1]?.text.cells[0]?.source).toBe('rest a = 1')
    await resting.stop()
  })

  it('while the work goes on and on', async () => {
    const notebookId = await seed()
    const busy = await withTimes({ restMs: 600_000, workMs: 200 })
    const [ada] = await visit(notebookId, busy.url)
    const typing = setInterval(() => type(ada, ONE!, 'x'), 10)
    await until(async () => (await timeline(notebookId)).length >= 2, 'a version')
    clearInterval(typing)
    await saved(ada)
    await busy.stop()
  })

  it('when the last one leaves and the room is unloaded', async () => {
    const notebookId = await seed()
    const [ada, bob] = await visit(notebookId)
    type(ada, ONE!, 'bye ')
    await saved(ada, bob)
    ada.close()
    bob.close()
    await until(async () => (await timeline(notebookId)).length === 2, 'a version')
    expect(who((await timeline(notebookId))[1])).toEqual([['Name of ada', ['one']]])
  })
})
