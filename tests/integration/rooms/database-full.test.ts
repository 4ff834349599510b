/** F22, seen from a room: the disk under Postgres is full. Nothing is acknowledged that is not stored, and with room again all is saved by itself. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { startPostgresOnSmallDisk, type DiskPostgres } from '../../support/postgres-on-small-disk.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess } from '../../support/room-process.ts'
import { startRoomServer } from '../../support/room-server.ts'
import { canHaveSmallDisks } from '../../support/small-disk.ts'

const MEGABYTES = 220
/** What cannot be packed, so that it takes its place on the disk. */
const PIECE_BYTES = 30_000
/** Room for some pieces. */
const SPARE_BYTES = 2_000_000

/** Writes one piece in place of the one before. */
function write(room: Room, piece: string): void {
  const text = cellText(room.doc, CELL)!
  room.doc.transact(() => {
    text.delete(0, text.length)
    text.insert(0, piece)
  })
}

async function isSaved(room: Room, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(5)) if (room.status === 'saved') return true
  return false
}

/** Writes until a piece is not said to be saved; the last that was, and the one that was not. */
async function writeUntilFull(room: Room): Promise<{ saved: string; unsaved: string }> {
  let saved = ''
  for (let n = 0; n < 2000; n += 1) {
    const unsaved = `${n}:${randomBytes(PIECE_BYTES).toString('hex')}`
    write(room, unsaved)
    if (!(await isSaved(room, 3000))) return { saved, unsaved }
    saved = unsaved
  }
  throw new Error('The disk was never full')
}

describe.skipIf(!canHaveSmallDisks())('F22 the disk under Postgres is full', () => {
  let database: DiskPostgres
  beforeEach(async () => {
    database = await startPostgresOnSmallDisk(MEGABYTES)
  })
  afterEach(() => database.drop())
  const stored = async (notebookId: NotebookId) => (await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source

  it('people type on and see each other, nothing is said to be saved, and all of it is within 30 s of room on the disk', async () => {
    const server = await startRoomServer({ databaseUrl: database.url })
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = [connectPeer({ url: server.url, notebookId, as: 'ada' }), connectPeer({ url: server.url, notebookId, as: 'bob' })]
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in')
    database.disk.fill()
    await writeUntilFull(ada)
    write(ada, 'typed while there was no room')
    await until(() => cellText(bob.doc, CELL)?.toString() === 'typed while there was no room', 'they see each other')
    await pause(2000)
    expect(ada.status).not.toBe('saved')
    expect(ada.unsaved).toBeGreaterThan(0)

    database.disk.free()
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'saved again', 30_000)
    expect(await stored(notebookId)).toBe('typed while there was no room')
    ada.close()
    bob.close()
    await server.stop()
  }, 180_000)

  it('what was said to be saved is stored, though the web process dies with the rest', async () => {
    const server = await startRoomProcess(database.url)
    const { notebookId } = await seedNotebook(database)
    const ada = connectPeer({ url: server.url, notebookId, as: 'ada' })
    await until(() => ada.status === 'saved', 'in')
    database.disk.fill(SPARE_BYTES)
    const { saved, unsaved } = await writeUntilFull(ada)
    ada.close()
    await server.kill()
    database.disk.free()
    // Committed without an answer is allowed, answered without a commit is not.
    await expect.poll(() => stored(notebookId).catch(() => 'away'), { timeout: 30_000 }).not.toBe('away')
    expect(saved).not.toBe('')
    expect([saved, unsaved]).toContain(await stored(notebookId))
  }, 180_000)
})
