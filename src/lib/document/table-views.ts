/** The views of a cell's tables that everybody in the notebook shares, by the place of the table in the cell's output. One view is one value: of two that are set at once, one wins whole. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import type { TableView } from '#lib/domain/table-view.ts'
import { VIEWS } from './beside-text.ts'
import { cellEntry } from './keys.ts'

/** As it is stored, the same object until it changes; to be read with `readTableView`. */
export const sharedViews = (doc: Y.Doc, id: CellId): unknown => cellEntry(doc, id)?.map.get(VIEWS)

/** Null takes it away. */
export function shareTableView(doc: Y.Doc, id: CellId, table: number, view: TableView | null, origin?: unknown): void {
  doc.transact(() => {
    const map = cellEntry(doc, id)?.map
    if (map === undefined) return
    const known = map.get(VIEWS)
    const views: Record<string, unknown> = typeof known === 'object' && known !== null ? { ...known } : {}
    if (view === null) delete views[table]
    else views[table] = view
    if (Object.keys(views).length === 0) map.delete(VIEWS)
    else map.set(VIEWS, views)
  }, origin)
}
