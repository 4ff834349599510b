/** Renames a notebook (through its room, so that open editors see it) and moves it to a folder. */
import { eq } from 'drizzle-orm'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { checkFolder, checkTitle, type NotebookSummary } from '#lib/domain/notebook.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import type { NotebookRefusal } from './create-notebook.ts'
import { memberIdOf, summarize } from './list-notebooks.ts'

export async function editNotebook(
  deps: Pick<Deps, 'db' | 'rooms'>,
  actor: Actor | null,
  input: { notebookId: string; title?: string; folder?: string },
): Promise<Outcome<NotebookSummary, NotebookRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const title = checkTitle(input.title ?? allowed.value.title)
  if (!title.ok) return title
  const folder = checkFolder(input.folder ?? allowed.value.folder)
  if (!folder.ok) return folder
  const { id } = allowed.value
  if (input.title !== undefined) await deps.rooms.edit(id, memberIdOf(actor), (doc) => renameNotebook(doc, title.value))
  const [row] = await deps.db.update(notebooks).set({ title: title.value, folder: folder.value, updatedAt: new Date() }).where(eq(notebooks.id, id)).returning()
  if (row === undefined) throw new Error('The notebook vanished.')
  return accept(summarize(row))
}
