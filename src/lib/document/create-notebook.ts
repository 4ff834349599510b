/** Fills a new document. Only for a document without history: an existing one is edited, never rebuilt. */
import type * as Y from 'yjs'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { DOCUMENT_VERSION, metaOf, writeCellEntry } from './keys.ts'
import { firstOrders } from './order.ts'
import { plainSource } from './plain-source.ts'

export function createNotebook(doc: Y.Doc, { title, cells }: NotebookText): void {
  const orders = firstOrders(cells.length)
  doc.transact(() => {
    metaOf(doc).set('title', title)
    metaOf(doc).set('version', DOCUMENT_VERSION)
    cells.forEach((cell, i) => writeCellEntry(doc, { ...cell, order: orders[i] ?? '', source: plainSource(cell.source) }))
  })
}
