/** An update that deletes every second letter of one client's, written as an attacker would: an honest Yjs takes a minute to. */
import { writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'

export function everySecondDeleted(clientId: number, count: number): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  for (const number of [0, 1, clientId, count]) writeVarUint(encoder.restEncoder, number)
  for (let i = 0; i < count; i += 1) {
    encoder.writeDsClock(2 * i)
    encoder.writeDsLen(1)
  }
  return encoder.toUint8Array()
}
