/**
 * Takes a cell out of the bin, to where it was: its order key never left it. Where others took the same key meanwhile
 * the two are a tie, which `makeRoom` knows. Its text is what it is now, with what was typed while it lay there. A cell
 * that was deleted for good comes back too, as long as its text is there: who asks for it here knows of it by itself (a
 * version, or a person who was just writing in it).
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
