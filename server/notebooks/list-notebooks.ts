/** The notebooks of a workspace, newest change first; of one folder, or those in the trash, when asked. */
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { UserId } from '#lib/domain/ids.ts'
import type { NotebookSummary } from '#lib/domain/notebook.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface ListNotebooksInput {
  workspaceId: string
  folder?: string
  isTrashed?: boolean
}

export async function listNotebooks(deps: { db: Executor }, actor: Actor | null, input: ListNotebooksInput): Promise<Outcome<NotebookSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'notebook:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select().from(notebooks)
    .where(and(
      eq(notebooks.workspaceId, allowed.value.workspaceId),
      input.isTrashed === true ? isNotNull(notebooks.trashedAt) : isNull(notebooks.trashedAt),
      input.folder === undefined ? undefined : eq(notebooks.folder, input.folder),
    ))
    .orderBy(desc(notebooks.updatedAt))
  return accept(rows.map(summarize))
}

export const summarize = (row: typeof notebooks.$inferSelect): NotebookSummary => ({
  id: row.id,
  workspaceId: row.workspaceId,
  title: row.title,
  folder: row.folder,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  trashedAt: row.trashedAt?.toISOString() ?? null,
})

/** For writes: the access table lets only members reach them. */
export function memberIdOf(actor: Actor | null): UserId {
  if (actor?.kind !== 'member') throw new Error('A write was allowed to someone who is not a member.')
  return actor.userId
}
