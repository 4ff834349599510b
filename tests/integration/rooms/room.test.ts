/** What people in a room see: each other's text, an honest "saved", the notebook after a restart. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

let database: TestDatabase
let server: RoomServer
const open: Room[] = []

const visit = (notebookId: string, as: string, role: 'editor' | 'viewer' = 'editor', url = server.url): Room => {
  const room = connectPeer({ url, notebookId, as, role })
  open.push(room)
  return room
}
const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'
const stored = async (notebookId: NotebookId): Promise<string> => (await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source ?? '(nothing)'

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url })
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await server.stop()
  await database.drop()
})

describe('two people in one notebook', () => {
  it('see each other type, and saved is said when it is in Postgres', async () => {
    const { notebookId } = await seedNotebook(database)
    const ada = visit(notebookId, 'ada')
    const bob = visit(notebookId, 'bob')
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in sync')
    cellText(ada.doc, CELL)?.insert(0, 'hello')
    expect(ada.status).toBe('saving')
    expect(ada.unsaved).toBe(1)
    await until(() => ada.status === 'saved', 'saved')
    expect(await stored(notebookId)).toBe('hello')
    await until(() => text(bob) === 'hello', 'the other sees it')
    cellText(bob.doc, CELL)?.insert(5, ' world')
    await until(() => text(ada) === 'hello world' && bob.status === 'saved', 'and back')
    expect(await stored(notebookId)).toBe('hello world')
  })
})
