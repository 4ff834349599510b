/** Adds a cell at a place. An id that is taken already is left as it is: a retry must not empty what was typed. */
import type * as Y from 'yjs'
import type { CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, writeCellEntry } from './keys.ts'
import { makeRoom, sortedCells, type Place } from './order.ts'
import { plainSource } from './plain-source.ts'

export function insertCell(doc: Y.Doc, cell: { id: CellId; kind: CellKind; source?: string }, place: Place, origin?: unknown): void {
  doc.transact(() => {
    if (cellEntry(doc, cell.id) !== null) return
    const order = makeRoom(sortedCells(doc), place)
    writeCellEntry(doc, { id: cell.id, kind: cell.kind, order, source: plainSource(cell.source ?? '') })
  }, origin)
}
