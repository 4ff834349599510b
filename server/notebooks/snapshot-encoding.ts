/**
 * How a document's snapshot is stored. Yjs has two update formats: everything that travels is in the first; the second
 * is a third smaller for a long-edited text, so snapshots are written in it. Old ones in the first are read as they are.
 */
import * as Y from 'yjs'

export interface Encoded {
  state: Uint8Array
  encoding: number
}

export const encodeSnapshot = (doc: Y.Doc): Encoded => ({ state: Y.encodeStateAsUpdateV2(doc), encoding: 2 })

/** As an update of the first format, whatever it is stored in. */
export function asUpdate({ state, encoding }: Encoded): Uint8Array {
  if (encoding === 1) return state
  if (encoding === 2) return Y.convertUpdateFormatV2ToV1(state)
  throw new Error(`A snapshot is in format ${encoding}, which this version cannot read.`)
}
