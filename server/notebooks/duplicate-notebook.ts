/** Copies a notebook's text, as it is now, to a new notebook in the same folder. Runs and results stay with the first. */
import { TITLE_MAX, type NotebookSummary } from '#lib/domain/notebook.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import { createNotebook, type NotebookRefusal } from './create-notebook.ts'

const SUFFIX = ' (copy)'

export async function duplicateNotebook(
  deps: Pick<Deps, 'db' | 'rooms'>,
  actor: Actor | null,
  input: { notebookId: string; requestId: string | null },
): Promise<Outcome<NotebookSummary, NotebookRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, folder } = allowed.value
  const text = await deps.rooms.read(id)
  const title = `${text.title.slice(0, TITLE_MAX - SUFFIX.length)}${SUFFIX}`
  return createNotebook(deps, actor, { workspaceId, title, folder, cells: text.cells, requestId: input.requestId })
}
