/**
 * Update relay: carries changes to the web processes that hold the same room, by NOTIFY. A change goes ahead of its
 * commit to the channel of each process that is known to be there (what is too large for a line does not); after the
 * commit everybody is told. Who missed something, reads. Who compacts tells which rows will be swallowed, so that who has
 * them all need not read the snapshot. Why this loses nothing: docs/decisions/0005-two-web-processes.md.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { LoggedRows } from '../notebooks/document-store.ts'
import { LINE_BYTES, type Mailbox } from './mailbox.ts'
import type { Room } from './room.ts'
import type { SentRange } from './sent-updates.ts'

export const COMMITTED_CHANNEL = 'document'
export const LOG_CHANNEL = 'document_log'
export const updatesChannel = (processId: string): string => `updates_${processId}`

/** More than this waits while Postgres does not keep up; others then read instead. */
const WAITING_MAX = 2_000

export interface UpdateRelayPort {
  processId: string
  find: (notebookId: NotebookId) => Room | null
  peersOf: (room: Room) => string[]
  mailbox: Mailbox
  /** Reads what is committed. */
  catchUp: (room: Room) => void
}

export interface UpdateRelay {
  /** False when it did not go: others will have to read it. */
  sendAhead(room: Room, seq: number, change: Uint8Array, userId: string | null): boolean
  receiveAhead(line: string): void
  tellCommitted(room: Room, lastId: number, range: SentRange): void
  receiveCommitted(line: string): void
  tellLog(room: Room, log: LoggedRows): void
  receiveLog(line: string): void
}

export function createUpdateRelay(port: UpdateRelayPort): UpdateRelay {
  return {
    sendAhead: (room, seq, change, userId) => {
      const peers = port.peersOf(room)
      if (peers.length === 0) return false
      const bytes = Buffer.from(change.buffer, change.byteOffset, change.byteLength).toString('base64')
      const line = `${room.head.notebookId} ${room.head.epoch} ${room.stream} ${seq} ${bytes} ${userId ?? ''}`
      if (line.length > LINE_BYTES || port.mailbox.waiting >= WAITING_MAX) return false
      for (const peer of peers) port.mailbox.post(updatesChannel(peer), line)
      return true
    },
    receiveAhead: (line) => {
      const [notebookId, epoch, stream = '', seq, bytes = '', userId] = line.split(' ')
      const room = port.find(notebookId as NotebookId)
      if (room === null || Number(epoch) !== room.head.epoch) return
      room.hear(stream, Number(seq), { update: Buffer.from(bytes, 'base64'), userId: userId === '' ? null : (userId ?? null) })
    },
    tellCommitted: (room, lastId, { from, to, isAllSent, rows }) =>
      port.mailbox.post(COMMITTED_CHANNEL, `${room.head.notebookId} ${lastId} ${rows} ${port.processId} ${room.stream} ${from} ${to} ${isAllSent}`),
    receiveCommitted: (line) => {
      const [notebookId, lastId, rows, sender, stream = '', from, to, isAllSent] = line.split(' ')
      const room = sender === port.processId ? null : port.find(notebookId as NotebookId)
      if (room === null) return
      const isHeard = room.heardCommitted(stream, { from: Number(from), to: Number(to), isAllSent: isAllSent === 'true' })
      if (Number(lastId) <= room.seenId) return
      if (isHeard) room.lookSoon(Number(lastId), Number(rows))
      else port.catchUp(room)
    },
    tellLog: ({ head }, { afterId, ids }) => {
      const steps = ids.map((id, at) => (id - (ids[at - 1] ?? afterId)).toString(36))
      const line = `${head.notebookId} ${head.epoch} ${port.processId} ${afterId} ${steps.join('.')}`
      // Who is not told reads the snapshot.
      if (line.length <= LINE_BYTES) port.mailbox.post(LOG_CHANNEL, line)
    },
    receiveLog: (line) => {
      const [notebookId, epoch, sender, afterId, steps = ''] = line.split(' ')
      const room = sender === port.processId ? null : port.find(notebookId as NotebookId)
      if (room === null || Number(epoch) !== room.head.epoch) return
      let id = Number(afterId)
      room.hearLog({ afterId: id, ids: steps.split('.').map((step) => (id += parseInt(step, 36))) })
    },
  }
}
