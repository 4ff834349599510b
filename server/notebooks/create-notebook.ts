/** A new notebook in a workspace. Without cells it begins with one empty Python cell, ready to type in. */
import { randomBytes } from 'node:crypto'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { checkFolder, checkTitle, type NotebookSummary } from '#lib/domain/notebook.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database, Transaction } from '../store/client.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { insertNotebook } from './insert-notebook.ts'
import { memberIdOf, summarize } from './list-notebooks.ts'

export type NotebookRefusal = AuthorizeRefusal | 'title-empty' | 'title-too-long' | 'folder-invalid'

export interface CreateNotebookInput {
  workspaceId: string
  title: string
  folder: string
  cells?: Cell[]
  requestId: string | null
  /** What comes to be with it, or not at all. */
  alongside?: (tx: Transaction, notebook: { id: NotebookId }) => Promise<void>
}

export async function createNotebook(deps: { db: Database }, actor: Actor | null, input: CreateNotebookInput): Promise<Outcome<NotebookSummary, NotebookRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'notebook:create')
  if (!allowed.ok) return allowed
  const title = checkTitle(input.title)
  if (!title.ok) return title
  const folder = checkFolder(input.folder)
  if (!folder.ok) return folder
  const { workspaceId } = allowed.value
  const cells = input.cells ?? [{ id: randomBytes(8).toString('hex') as CellId, kind: 'python' as const, source: '' }]
  return deps.db.transaction(async (tx) => {
    const row = await insertNotebook(tx, { workspaceId, title: title.value, folder: folder.value, createdBy: memberIdOf(actor), cells })
    await input.alongside?.(tx, row)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'notebook.create', subject: row.id, requestId: input.requestId })
    return accept(summarize(row))
  })
}
