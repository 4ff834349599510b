/**
 * Update relay: carries changes to the web processes that hold the same room, by NOTIFY. A change goes ahead of its
 * commit to the channel of each process that is known to be there (what is too large for a payload does not); after the
 * commit everybody is told. Who missed something, reads. Why this loses nothing: docs/decisions/0005-two-web-processes.md.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Room } from './room.ts'
import type { SentRange } from './sent-updates.ts'

export const COMMITTED_CHANNEL = 'document'
export const updatesChannel = (processId: string): string => `updates_${processId}`

/** Of Postgres's 8 000. */
const PAYLOAD_BYTES = 7_900

export interface UpdateRelayPort {
  processId: string
  find: (notebookId: NotebookId) => Room | null
  peersOf: (room: Room) => string[]
  /** At once, in order; false when it cannot be. */
  send: (channels: string[], payload: string) => boolean
  /** By and by, but for certain while the database is there. */
  notify: (channel: string, payload: string) => void
  /** Reads what is committed. */
  catchUp: (room: Room) => void
}

export interface UpdateRelay {
  /** False when it did not go: others will have to read it. */
  sendAhead(room: Room, seq: number, change: Uint8Array, userId: string | null): boolean
  receiveAhead(payload: string): void
  tellCommitted(room: Room, lastId: number, range: SentRange): void
  receiveCommitted(payload: string): void
}

export function createUpdateRelay(port: UpdateRelayPort): UpdateRelay {
  return {
    sendAhead: (room, seq, change, userId) => {
      const peers = port.peersOf(room)
      if (peers.length === 0) return false
      const bytes = Buffer.from(change.buffer, change.byteOffset, change.byteLength).toString('base64')
      const payload = `${room.head.notebookId} ${room.head.epoch} ${room.stream} ${seq} ${bytes} ${userId ?? ''}`
      return payload.length <= PAYLOAD_BYTES && port.send(peers.map(updatesChannel), payload)
    },
    receiveAhead: (payload) => {
      const [notebookId, epoch, stream = '', seq, bytes = '', userId] = payload.split(' ')
      const room = port.find(notebookId as NotebookId)
      if (room === null || Number(epoch) !== room.head.epoch) return
      room.hear(stream, Number(seq), { update: Buffer.from(bytes, 'base64'), userId: userId === '' ? null : (userId ?? null) })
    },
    tellCommitted: (room, lastId, { from, to, isAllSent }) =>
      port.notify(COMMITTED_CHANNEL, `${room.head.notebookId} ${lastId} ${port.processId} ${room.stream} ${from} ${to} ${isAllSent}`),
    receiveCommitted: (payload) => {
      const [notebookId, lastId, sender, stream = '', from, to, isAllSent] = payload.split(' ')
      const room = sender === port.processId ? null : port.find(notebookId as NotebookId)
      if (room === null) return
      const isHeard = room.heardCommitted(stream, { from: Number(from), to: Number(to), isAllSent: isAllSent === 'true' })
      if (Number(lastId) <= room.seenId) return
      if (isHeard) room.lookSoon()
      else port.catchUp(room)
    },
  }
}
