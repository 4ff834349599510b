/** F1: what breaks in one room ends no process: its people come back to it, and those in other notebooks notice nothing. */
import { EventEmitter } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { cellText } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, connectRaw, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { admitByCookie, startRoomServer, type RoomServer } from '../../support/room-server.ts'

let database: TestDatabase
let server: RoomServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url })
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? '(no cell)'

/** Lets itself be spoken to, but breaks under what a room tells all its people. */
class BrokenSocket extends EventEmitter {
  readonly OPEN = 1
  readonly bufferedAmount = 0
  readyState = 1
  closedWith: number | null = null
  readonly _sender = {
    sendFrame: () => {
      throw new Error('broken')
    },
  }

  send(): void {}
  ping(): void {}
  pause(): void {}
  resume(): void {}

  close(code: number): void {
    this.closedWith = code
    this.readyState = 3
    this.emit('close')
  }
}

async function joinBroken(notebookId: NotebookId): Promise<BrokenSocket> {
  const socket = new BrokenSocket()
  const admission = await admitByCookie(new Headers({ cookie: 'visitor=eve:viewer' }), notebookId)
  if (!admission.ok) throw new Error(admission.message)
  await server.rooms.join(socket as unknown as WebSocket, notebookId, admission.value, 1)
  return socket
}

it('a socket that breaks while its room is told sends that room’s people back to it, with all they wrote, and nobody else', async () => {
  const [one, other] = [await seedNotebook(database), await seedNotebook(database)]
  const [ada, bob, carl] = ([['ada', one], ['bob', other], ['carl', other]] as const).map(([as, { notebookId }]) => connectPeer({ url: server.url, notebookId, as }))
  const witness = connectRaw({ url: server.url, notebookId: other.notebookId, as: 'walt', role: 'viewer' })
  let isGone = false
  void witness.closed.then(() => (isGone = true))
  await witness.opened
  await until(() => [ada!, bob!, carl!].every((room) => room.status === 'saved'), 'all in')
  for (let round = 1; round <= 5; round += 1) {
    const broken = await joinBroken(one.notebookId)
    cellText(ada!.doc, CELL)?.insert(0, 'a')
    cellText(bob!.doc, CELL)?.insert(0, 'b')
    await until(() => broken.closedWith !== null, 'the broken one is put out')
    expect(broken.closedWith).toBe(1012)
    await until(() => text(carl!) === 'b'.repeat(round) && bob!.status === 'saved', 'the other notebook goes on')
    await until(() => ada!.status === 'saved', 'Ada is back and saved')
  }
  expect(isGone).toBe(false)
  expect((await readNotebookFromStore(database.sql, one.notebookId))?.cells[0]?.source).toBe('aaaaa')
  expect((await readNotebookFromStore(database.sql, other.notebookId))?.cells[0]?.source).toBe('bbbbb')
  ;[ada!, bob!, carl!].forEach((room) => room.close())
  witness.socket.terminate()
})
