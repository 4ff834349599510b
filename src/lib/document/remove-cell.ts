/** Removes a cell. Who still types in it types into nothing, in every browser alike. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellsOf } from './keys.ts'

export function removeCell(doc: Y.Doc, id: CellId, origin?: unknown): void {
  doc.transact(() => cellsOf(doc).delete(id), origin)
}
