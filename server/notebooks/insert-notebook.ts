/** A notebook's row and the first snapshot of its document, in the caller's transaction: neither is ever without the other. */
import { randomUUID } from 'node:crypto'
import * as Y from 'yjs'
import { createNotebook as writeNotebook } from '#lib/document/create-notebook.ts'
import type { NotebookId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { Transaction } from '../store/client.ts'
import { documentSnapshots, notebooks } from '../store/schema/notebooks.ts'

const FIRST_EPOCH = 1

export interface NewNotebook extends NotebookText {
  id?: NotebookId
  workspaceId: WorkspaceId
  folder: string
  createdBy: UserId
}

export async function insertNotebook(tx: Transaction, notebook: NewNotebook): Promise<typeof notebooks.$inferSelect> {
  const id = notebook.id ?? (randomUUID() as NotebookId)
  const { workspaceId, title, folder, createdBy, cells } = notebook
  const [row] = await tx.insert(notebooks).values({ id, workspaceId, title, folder, createdBy, epoch: FIRST_EPOCH }).returning()
  if (row === undefined) throw new Error('The notebook was not inserted.')
  const doc = new Y.Doc()
  writeNotebook(doc, { title, cells })
  await tx.insert(documentSnapshots).values({ notebookId: id, epoch: FIRST_EPOCH, state: Y.encodeStateAsUpdate(doc), lastUpdateId: 0 })
  doc.destroy()
  return row
}
