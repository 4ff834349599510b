/**
 * Removes a cell: it goes to the bin with its text, and who still types in it loses nothing. A cell that is in the bin
 * already stays there as it is, so that its day of leaving does not move.
 */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type BinMark } from './keys.ts'

export function removeCell(doc: Y.Doc, id: CellId, mark: BinMark, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.bin === null) cell.map.set('bin', { ...mark })
  }, origin)
}
