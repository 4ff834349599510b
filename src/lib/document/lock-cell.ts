/** Locks a cell: source, kind and bin are for owners from then on, its place and its runs for everybody. The room holds others to it (see touches-locks.ts). */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type CellMark } from './keys.ts'

export function lockCell(doc: Y.Doc, id: CellId, mark: CellMark, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.lock === null) cell.map.set('lock', { ...mark })
  }, origin)
}

export function unlockCell(doc: Y.Doc, id: CellId, origin?: unknown): void {
  doc.transact(() => cellEntry(doc, id)?.map.delete('lock'), origin)
}

/** Who locked the cell and when; null when it is open to every editor. */
export const lockOf = (doc: Y.Doc, id: CellId): CellMark | null => cellEntry(doc, id)?.lock ?? null
