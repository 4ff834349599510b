/** Turns a cell into another kind; its text stays. */
import type * as Y from 'yjs'
import type { CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry } from './keys.ts'

export function changeKind(doc: Y.Doc, id: CellId, kind: CellKind, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.kind !== kind) cell.map.set('kind', kind)
  }, origin)
}
