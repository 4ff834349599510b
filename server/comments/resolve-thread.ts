/** Says that a thread is done with, or opens it again. Who does it twice changes nothing. */
import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { CommentThread } from '#lib/domain/comment.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { commentThreads } from '../store/schema/comments.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeThread } from './authorize-comments.ts'
import { roomForThread } from './limit-comments.ts'
import type { CommentRefusal } from './start-thread.ts'
import { selectThreads, tellThread } from './thread-rows.ts'

export async function resolveThread(deps: Pick<Deps, 'db' | 'now'>, actor: Actor | null, input: { threadId: string; isResolved: boolean; requestId: string | null }): Promise<Outcome<CommentThread, CommentRefusal>> {
  const allowed = await authorizeThread(deps, actor, input.threadId, 'notebook:comment')
  if (!allowed.ok) return allowed
  const { notebook, member, thread } = allowed.value
  return deps.db.transaction(async (tx): Promise<Outcome<CommentThread, CommentRefusal>> => {
    const room = input.isResolved || thread.resolvedAt === null ? accept(null) : await roomForThread(tx, notebook.id)
    if (!room.ok) return room
    const [changed] = await tx.update(commentThreads)
      .set(input.isResolved ? { resolvedAt: deps.now(), resolvedBy: member.userId } : { resolvedAt: null, resolvedBy: null })
      .where(and(eq(commentThreads.id, thread.id), (input.isResolved ? isNull : isNotNull)(commentThreads.resolvedAt))).returning({ id: commentThreads.id })
    if (changed !== undefined) {
      await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: input.isResolved ? 'thread.resolve' : 'thread.reopen', subject: thread.id, requestId: input.requestId })
      await tellThread(tx, notebook.id, thread.id)
    }
    const [told] = await selectThreads(tx, eq(commentThreads.id, thread.id))
    return told === undefined ? refuse('not-found', 'There is no such comment, or you have no access to it.') : accept(told)
  })
}
