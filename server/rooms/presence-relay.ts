/**
 * Presence relay: carries presence between web processes by NOTIFY, whose payload is limited to 8 kB, so states go in
 * packs. A process that opens a room says hello; while nobody else has said so, nothing is sent.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { RoomPerson } from '#lib/domain/room.ts'
import type { Mailbox } from './mailbox.ts'
import { awarenessFrame, readPresence, writePresence, type PresenceUpdate } from './protocol.ts'
import type { Room } from './room.ts'

export const PRESENCE_CHANNEL = 'awareness'
const PACK_BYTES = 5_500
const PEER_LIVES_MS = 45_000

export interface PresenceRelayPort {
  processId: string
  mailbox: Mailbox
  find: (notebookId: NotebookId) => Room | null
}

export interface PresenceRelay {
  hello(room: Room): void
  /** Tells others again who is here, and forgets what others have stopped telling. */
  repeat(room: Room): void
  spread(room: Room, presence: Uint8Array): void
  receive(line: string): void
  /** Ids of the other processes that hold the room. */
  peersOf(room: Room): string[]
}

export function createPresenceRelay(port: PresenceRelayPort): PresenceRelay {
  const peers = new WeakMap<Room, Map<string, number>>()
  const send = (room: Room, body: string): void => port.mailbox.post(PRESENCE_CHANNEL, `${room.head.notebookId} ${port.processId} ${body}`)

  const peersOf = (room: Room): Map<string, number> => {
    const known = peers.get(room) ?? new Map<string, number>()
    for (const [id, seenAt] of known) if (seenAt < Date.now() - PEER_LIVES_MS) known.delete(id)
    peers.set(room, known)
    return known
  }
  const spread = (room: Room, presence: Uint8Array): void => {
    if (peersOf(room).size === 0) return
    for (const pack of packsOf(readPresence(presence))) send(room, Buffer.from(pack).toString('base64'))
  }
  const hear = (room: Room, from: string, updates: PresenceUpdate[]): void => {
    for (const update of updates) {
      const told = update.state === null
        ? room.presence.leave(from, update.clientId)
        : room.presence.tell(from, update.state.user as RoomPerson, update, Date.now())
      if (told !== null) room.broadcast(awarenessFrame(told), null)
    }
  }

  return {
    hello: (room) => send(room, 'hello'),
    repeat: (room) => {
      const here = room.presence.repeat()
      if (here !== null) room.broadcast(awarenessFrame(here), null)
      const gone = room.presence.expire(Date.now() - PEER_LIVES_MS)
      if (gone !== null) room.broadcast(awarenessFrame(gone), null)
      send(room, 'here')
      if (here !== null) spread(room, here)
    },
    spread,
    peersOf: (room) => [...peersOf(room).keys()],
    receive: (line) => {
      const [notebookId, from, body] = line.split(' ')
      const room = port.find(notebookId as NotebookId)
      if (room === null || from === undefined || body === undefined || from === port.processId) return
      const isNewPeer = !peersOf(room).has(from)
      peersOf(room).set(from, Date.now())
      if (body === 'hello' || isNewPeer) {
        if (body === 'hello') send(room, 'here')
        const here = room.presence.here()
        if (here !== null) spread(room, here)
      }
      if (body !== 'hello' && body !== 'here') hear(room, from, readPresence(Buffer.from(body, 'base64')))
    },
  }
}

function packsOf(updates: PresenceUpdate[]): Uint8Array[] {
  const packs: Uint8Array[] = []
  let pack: { clientId: number; clock: number; json: string }[] = []
  for (const { clientId, clock, state } of updates) {
    const next = [...pack, { clientId, clock, json: JSON.stringify(state) }]
    if (pack.length > 0 && writePresence(next).byteLength > PACK_BYTES) {
      packs.push(writePresence(pack))
      pack = next.slice(-1)
    } else pack = next
  }
  if (pack.length > 0) packs.push(writePresence(pack))
  return packs
}
