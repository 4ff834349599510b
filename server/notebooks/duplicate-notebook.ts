/**
 * Copies a notebook's text, as it is now, to a new notebook in the same folder, with what stands beside it (the values of
 * inputs, row limits, shared views of tables), the threads that are open and the packages that its cells import. Runs and
 * results stay with the first.
 */
import { eq } from 'drizzle-orm'
import { readKept } from '#lib/document/read-kept.ts'
import { TITLE_MAX, type NotebookSummary } from '#lib/domain/notebook.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { copyThreads } from '../comments/copy-threads.ts'
import { copyPackages } from '../compute/package-store.ts'
import type { Deps } from '../deps.ts'
import { documentSnapshots } from '../store/schema/notebooks.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import { documentOf } from './document-of.ts'
import { createNotebook, type NotebookRefusal } from './create-notebook.ts'
import { BEFORE_EVERYTHING, readPieces } from './document-store.ts'

const SUFFIX = ' (copy)'

export async function duplicateNotebook(
  deps: Pick<Deps, 'db' | 'sql' | 'rooms'>,
  actor: Actor | null,
  input: { notebookId: string; requestId: string | null },
): Promise<Outcome<NotebookSummary, NotebookRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, folder, epoch } = allowed.value
  // Waits until what people typed is committed; text and anchors are then of one stored document.
  await deps.rooms.read(id)
  const { pieces } = await readPieces(deps.sql, id, epoch, BEFORE_EVERYTHING)
  const doc = documentOf(pieces)
  try {
    const text = readKept(doc)
    const title = `${text.title.slice(0, TITLE_MAX - SUFFIX.length)}${SUFFIX}`
    return await createNotebook(deps, actor, { workspaceId, title, folder, cells: text.cells, requestId: input.requestId, alongside: async (tx, copy) => {
      const [snapshot] = await tx.select({ state: documentSnapshots.state }).from(documentSnapshots).where(eq(documentSnapshots.notebookId, copy.id))
      const made = documentOf(snapshot === undefined ? [] : [snapshot.state])
      await copyThreads(tx, { id, doc }, { id: copy.id, doc: made })
      made.destroy()
      await copyPackages(tx, id, copy.id)
    } })
  } finally {
    doc.destroy()
  }
}
