/** Writes pieces and deletions as an update, which Yjs itself does for whole documents only. Each author's come in the order of their clocks. */
import { writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import type { DecodedUpdate } from './touches-locks.ts'

export type Piece = DecodedUpdate['structs'][number]

export interface Deletion {
  client: number
  clock: number
  len: number
}

export function encodePieces(pieces: readonly Piece[], deletions: readonly Deletion[]): Uint8Array {
  const piecesOf = byClient(pieces, ({ id }) => id.client)
  const deletionsOf = byClient(deletions, ({ client }) => client)
  const encoder = new Y.UpdateEncoderV1()
  writeVarUint(encoder.restEncoder, piecesOf.size)
  for (const [client, list] of piecesOf) {
    writeVarUint(encoder.restEncoder, list.length)
    encoder.writeClient(client)
    writeVarUint(encoder.restEncoder, list[0]?.id.clock ?? 0)
    for (const piece of list) piece.write(encoder, 0)
  }
  writeVarUint(encoder.restEncoder, deletionsOf.size)
  for (const [client, list] of deletionsOf) {
    encoder.resetDsCurVal()
    writeVarUint(encoder.restEncoder, client)
    writeVarUint(encoder.restEncoder, list.length)
    for (const { clock, len } of list) {
      encoder.writeDsClock(clock)
      encoder.writeDsLen(len)
    }
  }
  return encoder.toUint8Array()
}

export function byClient<T>(list: readonly T[], clientOf: (one: T) => number): Map<number, T[]> {
  const map = new Map<number, T[]>()
  for (const one of list) {
    const known = map.get(clientOf(one))
    if (known === undefined) map.set(clientOf(one), [one])
    else known.push(one)
  }
  return map
}
