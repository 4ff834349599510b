/** Moves a cell: one key changes, so what others type in it meanwhile stays. Two movers: the last one wins, no cell doubles. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry } from './keys.ts'
import { makeRoom, sortedCells, type Place } from './order.ts'

export function moveCell(doc: Y.Doc, id: CellId, place: Place, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell === null || isSelf(id, place)) return
    cell.map.set('order', makeRoom(sortedCells(doc).filter((other) => other.id !== id), place))
  }, origin)
}

const isSelf = (id: CellId, place: Place): boolean =>
  typeof place === 'object' && ('after' in place ? place.after : place.before) === id
