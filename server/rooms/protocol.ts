/**
 * Protocol: frames to messages and back. A frame holds exactly one message; anything else in it is an error and never
 * half-read. `malformed` closes with 1007, `unknown` with 1008. Nothing here touches a document.
 */
import { createDecoder, hasContent, readVarString, readVarUint, readVarUint8Array, type Decoder } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array, type Encoder } from 'lib0/encoding'
import { MESSAGE, SYNC, writeRights, type RoomRights } from '#lib/domain/room.ts'

/** Of a client's own presence: a name, a cursor. It is read at once, so nobody sends megabytes of it. */
const PRESENCE_MAX_BYTES = 65_536

export interface PresenceUpdate {
  clientId: number
  clock: number
  state: Record<string, unknown> | null
}

export type ClientMessage =
  | { kind: 'step1'; stateVector: Uint8Array }
  | { kind: 'step2' | 'update'; update: Uint8Array }
  | { kind: 'awareness'; updates: PresenceUpdate[] }
  | { kind: 'query-awareness' }

export type Decoded = ClientMessage | { kind: 'malformed' } | { kind: 'unknown' }

export function decodeMessage(frame: Uint8Array): Decoded {
  try {
    const decoder = createDecoder(frame)
    const message = readMessage(decoder)
    return hasContent(decoder) && message.kind !== 'unknown' ? { kind: 'malformed' } : message
  } catch {
    return { kind: 'malformed' }
  }
}

function readMessage(decoder: Decoder): Decoded {
  const type = readVarUint(decoder)
  if (type === MESSAGE.sync) return readSync(decoder)
  if (type === MESSAGE.awareness) return { kind: 'awareness', updates: readPresence(readAtMost(decoder, PRESENCE_MAX_BYTES)) }
  if (type === MESSAGE.queryAwareness) return { kind: 'query-awareness' }
  return { kind: 'unknown' }
}

function readSync(decoder: Decoder): Decoded {
  const type = readVarUint(decoder)
  if (type === SYNC.step1) return { kind: 'step1', stateVector: readVarUint8Array(decoder) }
  if (type === SYNC.step2) return { kind: 'step2', update: readVarUint8Array(decoder) }
  if (type === SYNC.update) return { kind: 'update', update: readVarUint8Array(decoder) }
  return { kind: 'unknown' }
}

function readAtMost(decoder: Decoder, most: number): Uint8Array {
  const bytes = readVarUint8Array(decoder)
  if (bytes.byteLength > most) throw new Error('This is larger than any of its kind.')
  return bytes
}

export function readPresence(bytes: Uint8Array): PresenceUpdate[] {
  const decoder = createDecoder(bytes)
  const updates: PresenceUpdate[] = []
  for (let left = readVarUint(decoder); left > 0; left -= 1) {
    const clientId = readVarUint(decoder)
    const clock = readVarUint(decoder)
    const state: unknown = JSON.parse(readVarString(decoder))
    if (typeof state !== 'object' || Array.isArray(state)) throw new Error('A state is an object or null.')
    updates.push({ clientId, clock, state: state as PresenceUpdate['state'] })
  }
  return updates
}

/** Entries with their state as JSON text, as the awareness protocol wants them. */
export function writePresence(entries: { clientId: number; clock: number; json: string }[]): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, entries.length)
  for (const { clientId, clock, json } of entries) {
    writeVarUint(encoder, clientId)
    writeVarUint(encoder, clock)
    writeVarString(encoder, json)
  }
  return toUint8Array(encoder)
}

/** A message as it stands on the wire: one final, binary, unmasked WebSocket frame. The same bytes for every socket. */
export function framed(message: Uint8Array): Buffer {
  const { byteLength } = message
  const head = byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(head + byteLength)
  bytes[0] = 0x82
  bytes[1] = head === 2 ? byteLength : head === 4 ? 126 : 127
  if (head === 4) bytes.writeUInt16BE(byteLength, 2)
  if (head === 10) bytes.writeBigUInt64BE(BigInt(byteLength), 2)
  bytes.set(message, head)
  return bytes
}

const frame = (type: number, write: (encoder: Encoder) => void): Uint8Array => {
  const encoder = createEncoder()
  writeVarUint(encoder, type)
  write(encoder)
  return toUint8Array(encoder)
}

const syncFrame = (type: number, bytes: Uint8Array): Uint8Array => frame(MESSAGE.sync, (encoder) => {
  writeVarUint(encoder, type)
  writeVarUint8Array(encoder, bytes)
})

export const step1Frame = (stateVector: Uint8Array): Uint8Array => syncFrame(SYNC.step1, stateVector)
export const step2Frame = (update: Uint8Array): Uint8Array => syncFrame(SYNC.step2, update)
export const updateFrame = (update: Uint8Array): Uint8Array => syncFrame(SYNC.update, update)
export const awarenessFrame = (presence: Uint8Array): Uint8Array => frame(MESSAGE.awareness, (encoder) => writeVarUint8Array(encoder, presence))
export const savedFrame = (count: number): Uint8Array => frame(MESSAGE.saved, (encoder) => writeVarUint(encoder, count))
export const rightsFrame = (rights: RoomRights): Uint8Array => frame(MESSAGE.rights, (encoder) => writeVarUint(encoder, writeRights(rights)))
export const refusedFrame = (reason: string, sentence: string): Uint8Array => frame(MESSAGE.refused, (encoder) => {
  writeVarString(encoder, reason)
  writeVarString(encoder, sentence)
})
