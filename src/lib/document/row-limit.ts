/** How many rows of each table a cell keeps: beside its text, and like it for owners only where the cell is locked. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { ROW_LIMIT, type RowLimit } from '#lib/domain/row-limit.ts'
import { readRowLimit, writeRowLimit } from './beside-text.ts'
import { cellEntry } from './keys.ts'

export function rowLimitOf(doc: Y.Doc, id: CellId): RowLimit {
  const cell = cellEntry(doc, id)
  return cell === null ? ROW_LIMIT : readRowLimit(cell.map)
}

export function setRowLimit(doc: Y.Doc, ids: readonly CellId[], limit: RowLimit, origin?: unknown): void {
  doc.transact(() => {
    for (const id of ids) {
      const cell = cellEntry(doc, id)
      if (cell !== null && readRowLimit(cell.map) !== limit) writeRowLimit(cell.map, limit)
    }
  }, origin)
}
