/** The bin on a real server: what is deleted comes back with all its text; after 30 days it is gone, as an edit that is stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purgeCells } from '#lib/document/purge-cell.ts'
import { readBin, type BinnedCell } from '#lib/document/read-bin.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import { BIN_KEEPS_MS, PURGED_KEEPS_MS } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

const OTHER = 'cell2' as CellId
const CELLS = [{ id: CELL, kind: 'python' as const, source: 'one' }, { id: OTHER, kind: 'sql' as const, source: 'two' }]
let database: TestDatabase
let server: RoomServer
let now = Date.UTC(2026, 10, 1)
beforeAll(async () => {
  database = await createTestDatabase()
  server = await start()
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const start = (): Promise<RoomServer> => startRoomServer({ databaseUrl: database.url, now: () => new Date(now) })
const enter = async (notebookId: string, as: string): Promise<Room> => {
  const room = connectPeer({ url: server.url, notebookId, as })
  await until(() => room.status === 'saved', `${as} is in`)
  return room
}
const stored = async (notebookId: NotebookId): Promise<{ cells: string[]; bin: string[]; lastId: number }> => {
  const { pieces, lastId } = await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)
  const doc = documentOf(pieces)
  return { cells: readNotebook(doc).cells.map(({ source }) => source), bin: readBin(doc).map(({ source }) => source), lastId }
}

describe('L11 a cell that one deletes while another types in it', () => {
  it('comes back with every letter, also those typed while it lay in the bin', async () => {
    const { notebookId } = await seedNotebook(database, CELLS)
    const [ada, bob] = [await enter(notebookId, 'ada'), await enter(notebookId, 'bob')]
    removeCell(ada.doc, OTHER, { by: 'Ada', at: now })
    for (const letter of ' typed meanwhile') cellText(bob.doc, OTHER)?.insert(cellText(bob.doc, OTHER)?.length ?? 0, letter)
    await until(() => readBin(bob.doc).length === 1 && ada.status === 'saved' && bob.status === 'saved', 'both know')
    expect(await stored(notebookId)).toMatchObject({ cells: ['one'], bin: ['two typed meanwhile'] })
    expect((await server.rooms.read(notebookId)).cells.map(({ source }) => source)).toEqual(['one'])
    restoreCell(ada.doc, OTHER)
    await until(() => readNotebook(bob.doc).cells.length === 2, 'the other has it again')
    expect(readNotebook(bob.doc)).toEqual(readNotebook(ada.doc))
    expect(readNotebook(bob.doc).cells[1]).toEqual({ id: OTHER, kind: 'sql', source: 'two typed meanwhile' })
    ada.close()
    bob.close()
  })
})

describe('the bin after 30 days', () => {
  it('is emptied when the notebook is opened, for good and in the store; a browser with a wrong clock cannot hasten it', async () => {
    const { notebookId } = await seedNotebook(database, CELLS)
    const ada = await enter(notebookId, 'ada')
    removeCell(ada.doc, OTHER, { by: 'Ada', at: 0 })
    await until(() => ada.status === 'saved', 'saved')
    ada.close()

    await openAnew(notebookId)
    expect(await stored(notebookId)).toMatchObject({ bin: ['two'] })
    now += BIN_KEEPS_MS - 1
    await openAnew(notebookId)
    expect(await stored(notebookId)).toMatchObject({ bin: ['two'] })
    now += 1
    expect(await openAnew(notebookId)).toEqual([])
    expect(await stored(notebookId)).toMatchObject({ cells: ['one'], bin: [] })
  })

  it('and a day after a cell was deleted for good, its text is in the store no more; one brought back in that moment is', async () => {
    const { notebookId } = await seedNotebook(database, CELLS)
    const [ada, bob] = [await enter(notebookId, 'ada'), await enter(notebookId, 'bob')]
    for (const id of [CELL, OTHER]) removeCell(ada.doc, id, { by: 'Ada', at: now })
    await until(() => readBin(bob.doc).length === 2 && bob.status === 'saved', 'both in the bin')
    // In one moment, before either can know of the other.
    expect(purgeCells(ada.doc, readBin(ada.doc))).toEqual([CELL, OTHER])
    restoreCell(bob.doc, OTHER)
    await until(() => ada.status === 'saved' && bob.status === 'saved' && readBin(bob.doc).length === 0 && readNotebook(ada.doc).cells.length === 1, 'both know')
    ada.close()
    bob.close()
    expect(await stored(notebookId)).toMatchObject({ cells: ['two'], bin: [] })
    await openAnew(notebookId)
    now += PURGED_KEEPS_MS
    await openAnew(notebookId)
    const doc = documentOf((await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)).pieces)
    expect([cellText(doc, CELL), cellText(doc, OTHER)?.toString()]).toEqual([null, 'two'])
  })

  it('writes nothing when there is nothing to empty', async () => {
    const { notebookId } = await seedNotebook(database, CELLS)
    const before = (await stored(notebookId)).lastId
    await openAnew(notebookId)
    expect((await stored(notebookId)).lastId).toBe(before)
  })

  /** By a server that has no room open yet. What a person sees there a moment later. */
  async function openAnew(notebookId: NotebookId): Promise<BinnedCell[]> {
    await server.stop()
    server = await start()
    const room = await enter(notebookId, 'bob')
    await server.rooms.edit(notebookId, null, () => {})
    await pause(50)
    const bin = readBin(room.doc)
    room.close()
    return bin
  }
})
