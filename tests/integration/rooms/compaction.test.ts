/**
 * L4: a compaction behind the backs of people who have the notebook open in two web processes. Who has all that the snapshot
 * swallows does not read it again, seen by what Postgres sends each process; who lacks something gets it, in parts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import { MESSAGE, SYNC } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { PART_PIECES } from '#server/rooms/read-update.ts'
import { below, seeded } from '../../support/chance.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, connectRaw, until, type RawClient } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** A snapshot that cannot be overlooked among what else Postgres sends. */
const BYTES = 1_500_000
/** Postgres sends each byte as two digits. */
const SENT_BYTES = 2 * BYTES
/** A compaction is due after 300. */
const STROKES = 320

interface Web {
  server: RoomServer
  /** Its way to Postgres. */
  line: TcpProxy
}

let database: TestDatabase
let near: Web
let far: Web
const open: Room[] = []

async function startWeb(): Promise<Web> {
  const url = new URL(database.url)
  const line = await startProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(line.port)
  return { line, server: await startRoomServer({ databaseUrl: url.href }) }
}
beforeAll(async () => {
  database = await createTestDatabase()
  near = await startWeb()
  far = await startWeb()
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  for (const { server, line } of [near, far]) {
    await server.stop()
    await line.close()
  }
  await database.drop()
})

const visit = (notebookId: NotebookId, as: string, { server }: Web): Room => {
  const room = connectPeer({ url: server.url, notebookId, as })
  open.push(room)
  return room
}
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'
const type = (room: Room, words: string): void => cellText(room.doc, CELL)?.insert(text(room).length, words)
const stored = async (notebookId: NotebookId): Promise<string> => (await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source ?? '(nothing)'
const rowsOf = async (notebookId: NotebookId): Promise<number> => (await database.sql`select count(*)::int as rows from document_updates where notebook_id = ${notebookId}`)[0]?.rows as number
const isCompacted = async (notebookId: NotebookId): Promise<boolean> => (await rowsOf(notebookId)) < 100
const together = (...rooms: Room[]): Promise<void> =>
  until(() => rooms.every((room) => room.status === 'saved' && text(room) === text(rooms[0]!)), 'one text, saved', 20_000)

/** Ada and Bob in two processes that know of each other, and each has read all there is. */
async function acquainted(source: string): Promise<{ notebookId: NotebookId; ada: Room; bob: Room }> {
  const { notebookId } = await seedNotebook(database, [{ id: CELL, kind: 'python', source }])
  const [ada, bob] = [visit(notebookId, 'ada', near), visit(notebookId, 'bob', far)]
  await together(ada, bob)
  for (const room of [ada, bob]) {
    type(room, '.')
    await together(ada, bob)
  }
  for (const { server } of [near, far]) await server.rooms.read(notebookId)
  return { notebookId, ada, bob }
}

describe('a compaction', () => {
  it('is read by nobody who has all of it, in the process that makes it nor in another', async () => {
    const { notebookId, ada, bob } = await acquainted('x'.repeat(BYTES))
    const before = [near, far].map(({ line }) => line.bytesDown())
    for (let i = 0; i < STROKES; i += 1) cellText(ada.doc, CELL)?.insert(0, `${i} `)
    await until(async () => ada.unsaved === 0 && (await isCompacted(notebookId)), 'compacted', 20_000)
    type(bob, ' and on')
    type(ada, ' as well')
    await together(ada, bob)
    // Now each has looked at all that it had not seen.
    for (const { server } of [near, far]) expect((await server.rooms.read(notebookId)).cells[0]?.source === text(ada)).toBe(true)
    // Once, to make the next one of it.
    expect([near, far].map(({ line }, i) => Math.round((line.bytesDown() - before[i]!) / SENT_BYTES))).toEqual([1, 0])
    expect((await stored(notebookId)) === text(ada)).toBe(true)
  })

  it('is read by who missed what it swallowed, and told to its people in parts that others need not wait for', async () => {
    const { notebookId, ada, bob } = await acquainted('x'.repeat(50_000))
    const eve: RawClient = connectRaw({ url: far.server.url, notebookId, as: 'eve', role: 'viewer' })
    await eve.opened
    await until(() => eve.received.length > 0, 'the room speaks')
    far.line.cut()
    type(bob, ' meanwhile')
    const random = seeded(5)
    for (let i = 0; i < STROKES; i += 1) {
      const words = cellText(ada.doc, CELL)!
      ada.doc.transact(() => {
        for (let n = 0; n < 12; n += 1) words.insert(below(random, words.length), 'y')
      })
    }
    await until(async () => ada.unsaved === 0 && (await isCompacted(notebookId)), 'compacted', 20_000)
    expect(text(bob)).toBe(`${'x'.repeat(50_000)}.. meanwhile`)
    const told = eve.received.length
    far.line.mend()
    await together(ada, bob)
    expect(text(ada)).toHaveLength(50_002 + ' meanwhile'.length + 12 * STROKES)
    expect((await stored(notebookId)) === text(bob)).toBe(true)
    // Told by the room that she was in all the time, not by another that was loaded anew.
    expect(eve.socket.readyState).toBe(eve.socket.OPEN)
    const parts = eve.received.slice(told).filter((one) => one.type === MESSAGE.sync && one.sync === SYNC.update).map((one) => Y.decodeUpdate(one.bytes!).structs.length)
    expect(parts.reduce((sum, pieces) => sum + pieces, 0)).toBeGreaterThan(2 * PART_PIECES)
    expect(Math.max(...parts)).toBeLessThanOrEqual(PART_PIECES)
    eve.socket.terminate()
  })
})
