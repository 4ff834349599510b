/** The stored text of a notebook, read without opening a room: for workers, and for a web process where nobody has it open. */
import { readNotebook } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { Sql } from '../store/client.ts'
import { documentOf } from './document-of.ts'
import { BEFORE_EVERYTHING, readHead, readPieces } from './document-store.ts'

/** Null when there is no such notebook. */
export async function readNotebookFromStore(sql: Sql, notebookId: NotebookId): Promise<NotebookText | null> {
  const head = await readHead(sql, notebookId)
  if (head === null) return null
  const { pieces } = await readPieces(sql, notebookId, head.epoch, BEFORE_EVERYTHING)
  const doc = documentOf(pieces)
  const text = readNotebook(doc)
  doc.destroy()
  return text
}
