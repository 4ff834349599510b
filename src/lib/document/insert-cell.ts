/** Adds cells at a place. An id that is taken already is left as it is: a retry must not empty what was typed. */
import type * as Y from 'yjs'
import type { Cell } from '#lib/domain/cell.ts'
import { cellEntry, writeCellEntry } from './keys.ts'
import { makeRooms, type Place } from './order.ts'
import { plainSource } from './plain-source.ts'

type NewCell = Omit<Cell, 'source'> & Partial<Pick<Cell, 'source'>>

export const insertCell = (doc: Y.Doc, cell: NewCell, place: Place, origin?: unknown): void => insertCells(doc, [cell], place, origin)

/** Several stand there together, in their order. */
export function insertCells(doc: Y.Doc, cells: readonly NewCell[], place: Place, origin?: unknown): void {
  doc.transact(() => {
    const fresh = cells.filter(({ id }) => cellEntry(doc, id) === null)
    if (fresh.length === 0) return
    const orders = makeRooms(doc, place, fresh.length)
    fresh.forEach((cell, i) => writeCellEntry(doc, { ...cell, order: orders[i] ?? '', source: plainSource(cell.source ?? '') }))
  }, origin)
}
