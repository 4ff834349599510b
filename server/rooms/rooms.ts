/**
 * Rooms: the live notebooks of this web process. A room owns one Y.Doc; it is loaded once, before any
 * message is read, appends each update to Postgres, and is unloaded when nobody is in it.
 */
import type { NotebookId, ShareId, UserId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { RoomRights } from '#lib/domain/room.ts'
import type { WebSocket } from 'ws'
import type * as Y from 'yjs'
import type { Concern } from '../access/access.ts'

/** Who is on a socket, as the session (or the share) says; a client cannot claim another. */
export interface RoomVisitor extends RoomRights {
  userId: UserId | null
  shareId: ShareId | null
  /** The sign-in session behind the socket, so that sign-out closes it. */
  sessionId: string | null
  name: string
  color: string
  /** Asks again who this is and what it may do: rights change while a socket is open. */
  recheck: () => Promise<Admission>
}

export type AdmitRefusal = 'sign-in-needed' | 'not-allowed' | 'not-found' | 'share-invalid' | 'share-expired'
export type Admission = Outcome<RoomVisitor, AdmitRefusal>

export interface Rooms {
  /** Takes over an accepted socket. `epoch` is what the client has; another than the notebook's is refused with 4409. */
  join(socket: WebSocket, notebookId: NotebookId, visitor: RoomVisitor, epoch: number | null): Promise<void>
  /** The committed text, with what other processes committed and what is on its way to be. Loads nothing for good. */
  read(notebookId: NotebookId): Promise<NotebookText>
  /** A server-side edit (API rename, restore): resolves when committed; everybody in the room sees it. */
  edit(notebookId: NotebookId, userId: UserId | null, change: (doc: Y.Doc) => void): Promise<void>
  /**
   * Closes the sockets of those whom it concerns, or whom `isOver` picks of them, e.g. the guests of a revoked link. All others whom it
   * concerns are asked anew what they may do: those who stay, readers of feeds, and whoever is in another web process.
   */
  closeSockets(concern: Concern, code: number, reason: string, isOver?: (visitor: RoomVisitor) => boolean): void
  /** Writes what is pending, tells clients to come back, unloads everything. */
  close(): Promise<void>
}
