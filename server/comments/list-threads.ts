/** The threads of a notebook, oldest first: all, the open ones or the resolved ones. Of the resolved the newest. */
import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { CommentThread } from '#lib/domain/comment.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { commentThreads } from '../store/schema/comments.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeComments } from './authorize-comments.ts'
import { OPEN_THREADS_MAX } from './limit-comments.ts'
import { selectThreads } from './thread-rows.ts'

export async function listThreads(deps: { db: Executor }, actor: Actor | null, input: { notebookId: string; isResolved?: boolean }): Promise<Outcome<CommentThread[], AuthorizeRefusal>> {
  const allowed = await authorizeComments(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const ofNotebook = eq(commentThreads.notebookId, allowed.value.notebook.id)
  const open = and(ofNotebook, isNull(commentThreads.resolvedAt))
  const newest = deps.db.select({ id: commentThreads.id }).from(commentThreads).where(and(ofNotebook, isNotNull(commentThreads.resolvedAt)))
    .orderBy(desc(commentThreads.resolvedAt)).limit(OPEN_THREADS_MAX)
  const shown: CommentThread[] = []
  if (input.isResolved !== true) shown.push(...(await selectThreads(deps.db, open)))
  if (input.isResolved !== false) shown.push(...(await selectThreads(deps.db, inArray(commentThreads.id, newest))))
  return accept(shown)
}
