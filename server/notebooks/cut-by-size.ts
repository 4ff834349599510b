/**
 * Cuts an update into ones of at most so many bytes, to be joined one after the other (cut-update.ts). A long text is one
 * piece, however long: it is cut as Yjs itself cuts one when somebody writes in its middle, and grows together again.
 */
import * as Y from 'yjs'
import type { Piece } from '#lib/document/encode-pieces.ts'
import { cutUpdate } from './cut-update.ts'

/** A letter takes three bytes at most; the fourth is for what stands before the text. */
const BYTES_OF_LETTER = 4

/** A piece of something else than text stays as large as it is. */
export function cutBySize(update: Uint8Array, bytes: number): Uint8Array[] {
  if (update.byteLength <= bytes) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const pieces = structs.flatMap((piece) => cutText(piece, Math.floor(bytes / BYTES_OF_LETTER)))
  const count = pieces.length + [...ds.clients.values()].reduce((sum, { length }) => sum + length, 0)
  if (count === 1) return [update]
  // As many as fit where all are alike; what does not fit is cut again.
  const size = Math.max(1, Math.floor((count * bytes) / update.byteLength))
  return cutUpdate({ structs: pieces, ds }, size).flatMap((part) => cutBySize(part, bytes))
}

function cutText(piece: Piece, letters: number): Piece[] {
  if (!(piece instanceof Y.Item) || piece.length <= letters) return [piece]
  const { id: { client, clock }, content, origin, rightOrigin, parent, parentSub } = piece
  if (!(content instanceof Y.ContentString)) return [piece]
  const places = placesToCut(content.str, letters)
  return places.map((at, i) => new Y.Item(
    Y.createID(client, clock + at), null, at === 0 ? origin : Y.createID(client, clock + at - 1), null, rightOrigin, parent, parentSub,
    new Y.ContentString(content.str.slice(at, places[i + 1])),
  ))
}

/** Never between the two halves of a character: Yjs would spoil both. */
function placesToCut(text: string, letters: number): number[] {
  const places = [0]
  for (let at = letters; at < text.length; at += letters) {
    if (/[\uD800-\uDBFF]/.test(text.charAt(at - 1))) at -= 1
    places.push(at)
  }
  return places
}
