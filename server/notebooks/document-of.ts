/** A document put together from stored pieces, in their order. */
import * as Y from 'yjs'
import { cutUpdate } from './cut-update.ts'

/** Of a piece that many people wrote: beyond this, joining it in Yjs's own order takes much longer than in order of age. */
const MANY_PIECES = 1_000
const AT_ONCE = 200

export function documentOf(pieces: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => pieces.flatMap(inSteps).forEach((piece) => Y.applyUpdate(doc, piece)))
  return doc
}

function inSteps(piece: Uint8Array): Uint8Array[] {
  // A piece takes two bytes at least.
  if (piece.byteLength < 2 * MANY_PIECES) return [piece]
  const decoded = Y.decodeUpdate(piece)
  const isManyPeoples = decoded.structs.length > MANY_PIECES && decoded.structs.some(({ id }) => id.client !== decoded.structs[0]?.id.client)
  return isManyPeoples ? cutUpdate(decoded, AT_ONCE) : [piece]
}
