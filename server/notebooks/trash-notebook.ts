/** To the trash and back. Nothing is deleted: text, runs and results stay, and the notebook can be read but not changed. */
import { eq } from 'drizzle-orm'
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { NotebookSummary } from '#lib/domain/notebook.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { summarize } from './list-notebooks.ts'

type Input = { notebookId: string; requestId: string | null }
type TrashDeps = Pick<Deps, 'db' | 'rooms' | 'now'>

export async function trashNotebook(deps: TrashDeps, actor: Actor | null, input: Input): Promise<Outcome<NotebookSummary, AuthorizeRefusal>> {
  return setTrashedAt(deps, actor, input, deps.now())
}

export async function restoreNotebook(deps: TrashDeps, actor: Actor | null, input: Input): Promise<Outcome<NotebookSummary, AuthorizeRefusal>> {
  return setTrashedAt(deps, actor, input, null)
}

async function setTrashedAt(deps: TrashDeps, actor: Actor | null, input: Input, trashedAt: Date | null): Promise<Outcome<NotebookSummary, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:trash')
  if (!allowed.ok) return allowed
  const { id, workspaceId } = allowed.value
  const summary = await deps.db.transaction(async (tx) => {
    const [row] = await tx.update(notebooks).set({ trashedAt }).where(eq(notebooks.id, id)).returning()
    if (row === undefined) throw new Error('The notebook vanished.')
    await recordAudit(tx, { workspaceId, actor: actor!, action: trashedAt === null ? 'notebook.restore' : 'notebook.trash', subject: id, requestId: input.requestId })
    return summarize(row)
  })
  // Clients come back at once and get what they may do now: read only in the trash, everything after a restore.
  deps.rooms.closeSockets({ notebookId: id }, CLOSE.restarting, trashedAt === null ? 'Restored' : 'Moved to the trash')
  return accept(summary)
}
