/** Moves cells: one key of each changes, so what others type in them meanwhile stays. Two movers: the last one wins, no cell doubles. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { makeRooms, sortedCells, type Place } from './order.ts'

export const moveCell = (doc: Y.Doc, id: CellId, place: Place, origin?: unknown): void => moveCells(doc, [id], place, origin)

/** Several go to one place together, in the order they have on the page. A place at one of themselves means nothing. */
export function moveCells(doc: Y.Doc, ids: readonly CellId[], place: Place, origin?: unknown): void {
  doc.transact(() => {
    const all = sortedCells(doc)
    const moved = all.filter((cell) => ids.includes(cell.id))
    if (moved.length === 0 || moved.some((cell) => isSelf(cell.id, place))) return
    const orders = makeRooms(doc, place, moved.length, ids)
    moved.forEach((cell, i) => cell.map.set('order', orders[i]))
  }, origin)
}

const isSelf = (id: CellId, place: Place): boolean =>
  typeof place === 'object' && ('after' in place ? place.after : place.before) === id
