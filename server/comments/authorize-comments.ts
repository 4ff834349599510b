/**
 * Who may see and write comments: members of the notebook's workspace by role. A link shows a notebook and not what its
 * people say to each other about it, so guests of one are refused here, in the one place every verb passes.
 */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type CommentId, type ThreadId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { comments, commentThreads } from '../store/schema/comments.ts'
import { authorizeNotebook, type AuthorizedNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

type Deps = { db: Executor }
export type ThreadRow = typeof commentThreads.$inferSelect
export type CommentRow = typeof comments.$inferSelect

export interface AllowedComments {
  notebook: AuthorizedNotebook
  member: Member
}

export async function authorizeComments(deps: Deps, actor: Actor | null, notebookId: string, action: Action): Promise<Outcome<AllowedComments, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, action)
  if (!allowed.ok) return allowed
  if (actor?.kind !== 'member' || allowed.value.shareId !== null) return refuse('not-allowed', 'Comments are for members of the workspace. Ask an owner to add you.')
  return accept({ notebook: allowed.value, member: actor })
}

export async function authorizeThread(deps: Deps, actor: Actor | null, threadId: string, action: Action): Promise<Outcome<AllowedComments & { thread: ThreadRow }, AuthorizeRefusal>> {
  if (actor === null) return refuse('sign-in-needed', 'Sign in to go on.')
  const missing = refuse('not-found', 'There is no such comment, or you have no access to it.')
  if (!isUuid(threadId)) return missing
  const [thread] = await deps.db.select().from(commentThreads).where(eq(commentThreads.id, threadId as ThreadId))
  if (thread === undefined) return missing
  const allowed = await authorizeComments(deps, actor, thread.notebookId, action)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return accept({ ...allowed.value, thread })
}

/** A deleted comment is not there any more. */
export async function authorizeComment(deps: Deps, actor: Actor | null, commentId: string, action: Action): Promise<Outcome<AllowedComments & { thread: ThreadRow; comment: CommentRow }, AuthorizeRefusal>> {
  if (actor === null) return refuse('sign-in-needed', 'Sign in to go on.')
  const missing = refuse('not-found', 'There is no such comment, or you have no access to it.')
  if (!isUuid(commentId)) return missing
  const [comment] = await deps.db.select().from(comments).where(eq(comments.id, commentId as CommentId))
  if (comment === undefined) return missing
  const allowed = await authorizeThread(deps, actor, comment.threadId, action)
  if (!allowed.ok) return allowed
  return comment.deletedAt === null ? accept({ ...allowed.value, comment }) : missing
}
