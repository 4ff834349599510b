/**
 * Set aside: a room that holds edits of a cell which an owner locked meanwhile is refused as a whole. All of it that has nothing
 * to do with locked cells goes on in another room, which begins with what the server has; the document as it was written
 * stays in this browser for the words in those cells, until the person has decided. The copy is filled anew before anything
 * is sent: it never holds what the server filled with empty pieces (document/leave-locked.ts).
 */
import { leaveLocked } from '#lib/document/leave-locked.ts'
import { lockOf } from '#lib/document/lock-cell.ts'
import { readWritten } from '#lib/document/read-written.ts'
import type { Cell } from '#lib/domain/cell.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { keepAside } from './left-behind.ts'
import { isFinalClose } from './room-ending.ts'
import { roomAddress, type Brought, type Room, type RoomOptions } from './room.svelte.ts'

export interface SetAside {
  /** Locked by now, as they were written. */
  cells: Cell[]
  /** Nothing was left out: they are open again. */
  isAll: boolean
  /** The cells are in this browser, and its copy is filled anew. Otherwise they are nowhere but here. */
  isKept: boolean
  /** For the other room. */
  rest: Brought
}

/** Waits for the server as long as it takes. Null when it lets this person in no more, or when they leave the page. */
export async function setAside(room: Room, options: RoomOptions, leaving: AbortSignal): Promise<SetAside | null> {
  const doc = await readRoom(options, leaving)
  if (doc === null) return null
  const { isKept } = room
  // Filled anew, the copy holds no more what another tab has put there.
  if (isKept) await room.readCopy()
  const { rest, left } = leaveLocked(doc, Y.encodeStateAsUpdate(room.doc, Y.encodeStateVector(doc)))
  Y.applyUpdate(doc, rest)
  const brought = { state: Y.encodeStateAsUpdate(doc), cells: [...room.editedCells].filter((id) => !left.includes(id)) }
  const locked = left.filter((id) => lockOf(doc, id) !== null)
  doc.destroy()
  const cells = readWritten(room.doc, new Set(locked))
  if (isKept) {
    if (cells.length > 0) await keepAside(options, options.epoch, room.doc, locked)
    // Another page may have the copy by now.
    if (leaving.aborted) return null
    await room.refillCopy(brought)
  }
  return { cells, isAll: left.length === 0, isKept, rest: brought }
}

/** The document as the server has it, by a visit that nobody sees. */
function readRoom(options: RoomOptions, leaving: AbortSignal): Promise<Y.Doc | null> {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(roomAddress(options), options.notebookId, doc, {
    connect: false,
    params: { epoch: String(options.epoch) },
    disableBc: true,
    shouldReconnect: ({ code }) => !isFinalClose(code),
    ...(options.WebSocketClass !== undefined && { WebSocketPolyfill: options.WebSocketClass }),
  })
  provider.awareness.setLocalState(null)
  for (const told of [MESSAGE.saved, MESSAGE.refused, MESSAGE.rights]) provider.messageHandlers[told] = () => {}
  return new Promise((resolve) => {
    const end = (found: Y.Doc | null): void => {
      provider.destroy()
      resolve(found)
    }
    provider.on('sync', (isSynced) => isSynced && end(doc))
    provider.on('closed', () => end(null))
    leaving.addEventListener('abort', () => end(null), { once: true })
    provider.connect()
  })
}
