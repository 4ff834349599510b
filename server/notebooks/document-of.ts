/** A document put together from stored pieces, in their order. */
import * as Y from 'yjs'

export function documentOf(pieces: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => pieces.forEach((piece) => Y.applyUpdate(doc, piece)))
  return doc
}
