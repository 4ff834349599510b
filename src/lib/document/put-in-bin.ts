/** Puts a cell in the bin, or takes it out: a mark on the cell. Its text stays shared, so what others still type in it is not lost. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type CellMark } from './keys.ts'

export function putInBin(doc: Y.Doc, id: CellId, mark: CellMark, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.bin === null) cell.map.set('bin', mark)
  }, origin)
}

export function takeFromBin(doc: Y.Doc, id: CellId, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.map.has('bin')) cell.map.delete('bin')
  }, origin)
}
