/**
 * Takes a cell out of the bin, to where it was: its order key never left it. Where others took the same key meanwhile
 * the two are a tie, which `makeRoom` knows. Its text is what it is now, with what was typed while it lay there.
 */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry } from './keys.ts'

export function restoreCell(doc: Y.Doc, id: CellId, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.bin !== null) cell.map.delete('bin')
  }, origin)
}
