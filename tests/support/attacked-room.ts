/**
 * A room that somebody attacks: its server and database for a whole file, a fresh notebook and honest peers for each test,
 * raw clients that send any bytes, and a hash of what is stored, to tell that nothing of an attack is. All that was opened
 * is closed after each test.
 */
import { createHash } from 'node:crypto'
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import type { RoomsTimes } from '#server/rooms/create-rooms.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { connectPeer, connectRaw, until, type RawClient, type Visit } from './room-client.ts'
import { CELL, seedNotebook } from './room-notebook.ts'
import { startRoomServer, type RoomServer } from './room-server.ts'

export interface AttackedRoom {
  readonly database: TestDatabase
  readonly server: RoomServer
  readonly notebookId: NotebookId
  /** An honest page whose edits are saved by now. */
  enter(as: string, role?: Visit['role'], notebookId?: NotebookId): Promise<Room>
  /** A client that sends what it likes; the room has spoken to it. */
  raw(as?: string, role?: Visit['role'], notebookId?: NotebookId): Promise<RawClient>
  storedHash(): Promise<string>
}

/** Called once at the top of a test file. */
export function attackedRoom({ cells = [{ id: CELL, kind: 'python', source: 'good' }], times }: { cells?: Cell[]; times?: RoomsTimes } = {}): AttackedRoom {
  let database: TestDatabase
  let server: RoomServer
  let notebookId: NotebookId
  const peers: Room[] = []
  const raws: RawClient[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    server = await startRoomServer({ databaseUrl: database.url, ...(times !== undefined && { times }) })
  })
  beforeEach(async () => {
    notebookId = (await seedNotebook(database, cells)).notebookId
  })
  afterEach(() => {
    peers.splice(0).forEach((peer) => peer.close())
    raws.splice(0).forEach((client) => client.socket.terminate())
  })
  afterAll(async () => {
    await server.stop()
    await database.drop()
  })

  return {
    get database() {
      return database
    },
    get server() {
      return server
    },
    get notebookId() {
      return notebookId
    },
    enter: async (as, role = 'editor', other = notebookId) => {
      const peer = connectPeer({ url: server.url, notebookId: other, as, role })
      peers.push(peer)
      await until(() => peer.status === 'saved', `${as} is in`)
      return peer
    },
    raw: async (as = 'mallory', role = 'editor', other = notebookId) => {
      const client = connectRaw({ url: server.url, notebookId: other, as, role })
      raws.push(client)
      await client.opened
      await until(() => client.received.length > 0, 'the room speaks')
      return client
    },
    storedHash: async () => {
      const { pieces } = await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)
      return createHash('sha256').update(Buffer.concat(pieces)).digest('hex')
    },
  }
}

/** The update of a change that is made on a copy of what a peer sees. */
export function updateOf({ doc }: Pick<Room, 'doc'>, change: (copy: Y.Doc) => void): Uint8Array {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = Y.encodeStateVector(copy)
  change(copy)
  return Y.encodeStateAsUpdate(copy, before)
}

export const typing = (words: string, peer: Pick<Room, 'doc'>): Uint8Array => updateOf(peer, (copy) => cellText(copy, CELL)?.insert(0, words))

export function awarenessMessage(entries: [clientId: number, clock: number, state: unknown][]): Uint8Array {
  const inner = createEncoder()
  writeVarUint(inner, entries.length)
  for (const [clientId, clock, state] of entries) {
    writeVarUint(inner, clientId)
    writeVarUint(inner, clock)
    writeVarString(inner, JSON.stringify(state))
  }
  const outer = createEncoder()
  writeVarUint(outer, MESSAGE.awareness)
  writeVarUint8Array(outer, toUint8Array(inner))
  return toUint8Array(outer)
}

/** What is below the frames of a raw client. */
export const wireOf = ({ socket }: RawClient) => (socket as unknown as { _socket: { write(bytes: Buffer): void; pause(): void; resume(): void } })._socket
