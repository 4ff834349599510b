/**
 * Leave locked: an update without what it does to locked cells, for one that was refused because of them (touches-locks.ts).
 * Everything else in it stays the very same pieces, so that sending it twice doubles nothing and what others wrote meanwhile
 * stands beside it. A cell that was merged into a locked one is left as well, or its words would be nowhere. Words that went
 * the other way, out of a locked cell by a merge or a split, are in both: it still has them.
 * In the place of a piece that is left out comes an empty one: Yjs takes an author's pieces without gaps only. So whoever
 * holds what was left out must not go on with that document: all others have something else there.
 */
import * as Y from 'yjs'
import { isCellId, type CellId } from '#lib/domain/ids.ts'
import { encodePieces, type Deletion } from './encode-pieces.ts'
import { binMarkOf } from './keys.ts'
import { Locks, newItems } from './touches-locks.ts'

/** `doc` is as the server has it. `left`: the cells of which something was left out. */
export function leaveLocked(doc: Y.Doc, update: Uint8Array): { rest: Uint8Array; left: CellId[] } {
  const { structs, ds } = Y.decodeUpdate(update)
  const items = newItems(doc, structs)
  const locks = new Locks(doc, items)
  closeMerged(locks, items.flatMap((item) => mergeBy(locks, item) ?? []))
  const left = new Set<string>()
  const isFree = (cell: string | null): boolean => {
    if (cell !== null) left.add(cell)
    return cell === null
  }
  const forbidden = new Set<Y.Item | Y.GC>(items.filter((item) => !isFree(locks.overNew(item))))
  const pieces = structs.map((piece) => (forbidden.has(piece) ? new Y.GC(piece.id, piece.length) : piece))
  const deletions = [...ds.clients].flatMap(([client, spans]) =>
    spans.flatMap(({ clock, len }) => deletionsWithin(doc, { client, clock, len }, (item) => isFree(locks.overStored(item)))))
  return { rest: encodePieces(pieces, deletions), left: [...left].filter(isCellId) }
}

interface Merge {
  id: string
  into: string
}

function mergeBy(locks: Locks, item: Y.Item): Merge | null {
  const place = locks.placeOf(item)
  const into = place?.key === 'bin' ? binMarkOf(item.content.getContent().at(-1))?.into : undefined
  return place === null || into === undefined ? null : { id: place.id, into }
}

/** Those into a locked cell, and in their turn those into them. */
function closeMerged(locks: Locks, merges: readonly Merge[]): void {
  const [left, others] = [merges.filter(({ into }) => locks.isOver(into)), merges.filter(({ into }) => !locks.isOver(into))]
  locks.close(left.map(({ id }) => id))
  if (left.length > 0) closeMerged(locks, others)
}

/** Piece by piece; of what the document does not have, or has deleted, all. */
function deletionsWithin({ store }: Y.Doc, deletion: Deletion, isWanted: (item: Y.Item) => boolean): Deletion[] {
  const { client, clock, len } = deletion
  const [known, end] = [store.clients.get(client) ?? [], clock + len]
  const wanted: Deletion[] = []
  let at = clock
  for (let i = at < Y.getState(store, client) ? Y.findIndexSS(known, at) : known.length; i < known.length && at < end; i += 1) {
    const piece = known[i]
    if (piece === undefined) break
    const next = Math.min(piece.id.clock + piece.length, end)
    if (!(piece instanceof Y.Item) || piece.deleted || isWanted(piece)) wanted.push({ client, clock: at, len: next - at })
    at = next
  }
  return at < end ? [...wanted, { client, clock: at, len: end - at }] : wanted
}
