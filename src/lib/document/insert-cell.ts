/** Adds cells at a place. An id that is taken already is left as it is: a retry must not empty what was typed. */
import type * as Y from 'yjs'
import type { CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { RowLimit } from '#lib/domain/row-limit.ts'
import { cellEntry, writeCellEntry } from './keys.ts'
import { makeRooms, type Place } from './order.ts'
import { plainSource } from './plain-source.ts'

interface NewCell {
  id: CellId
  kind: CellKind
  source?: string
  rowLimit?: RowLimit | undefined
}

export const insertCell = (doc: Y.Doc, cell: NewCell, place: Place, origin?: unknown): void => insertCells(doc, [cell], place, origin)

/** Several stand there together, in their order. */
export function insertCells(doc: Y.Doc, cells: readonly NewCell[], place: Place, origin?: unknown): void {
  doc.transact(() => {
    const fresh = cells.filter(({ id }) => cellEntry(doc, id) === null)
    if (fresh.length === 0) return
    const orders = makeRooms(doc, place, fresh.length)
    fresh.forEach(({ id, kind, source = '', rowLimit }, i) => writeCellEntry(doc, { id, kind, order: orders[i] ?? '', source: plainSource(source), rowLimit }))
  }, origin)
}
