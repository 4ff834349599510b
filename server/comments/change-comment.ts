/**
 * Changes or deletes a comment. Words are their author's: nobody else edits them. Deleting is the author's too, and an
 * owner's of the workspace; the row stays, so that the answers to it keep their place, and its words are told no more.
 */
import { eq } from 'drizzle-orm'
import { can } from '#lib/domain/access.ts'
import { checkComment } from '#lib/domain/comment.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { comments, mentions } from '../store/schema/comments.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeComment } from './authorize-comments.ts'
import { takeTurn } from './limit-comments.ts'
import type { CommentRefusal } from './start-thread.ts'
import { tellThread } from './thread-rows.ts'
import { writeMentions } from './write-mentions.ts'

type ChangeDeps = Pick<Deps, 'db' | 'sql' | 'now'>

export async function editComment(deps: ChangeDeps, actor: Actor | null, input: { commentId: string; body: string; mentions: readonly string[]; requestId: string | null }): Promise<Outcome<null, CommentRefusal>> {
  const allowed = await authorizeComment(deps, actor, input.commentId, 'notebook:comment')
  if (!allowed.ok) return allowed
  const { notebook, member, thread, comment } = allowed.value
  if (comment.authorId !== member.userId) return refuse('not-allowed', 'Only who wrote a comment can change it. Reply to it instead.')
  const body = checkComment(input.body)
  if (!body.ok) return body
  const turn = await takeTurn(deps.sql, member.userId)
  if (!turn.ok) return turn
  await deps.db.transaction(async (tx) => {
    await tx.update(comments).set({ body: body.value, editedAt: deps.now() }).where(eq(comments.id, comment.id))
    await writeMentions(tx, { workspaceId: notebook.workspaceId, commentId: comment.id, authorId: member.userId, body: body.value, userIds: input.mentions })
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: 'comment.edit', subject: comment.id, detail: { threadId: thread.id }, requestId: input.requestId })
    await tellThread(tx, notebook.id, thread.id)
  })
  return accept(null)
}

export async function deleteComment(deps: ChangeDeps, actor: Actor | null, input: { commentId: string; requestId: string | null }): Promise<Outcome<null, CommentRefusal>> {
  const allowed = await authorizeComment(deps, actor, input.commentId, 'notebook:comment')
  if (!allowed.ok) return allowed
  const { notebook, member, thread, comment } = allowed.value
  if (comment.authorId !== member.userId && !can(notebook.role, 'comment:moderate')) return refuse('not-allowed', 'Only who wrote a comment, or an owner of the workspace, can delete it.')
  await deps.db.transaction(async (tx) => {
    await tx.update(comments).set({ deletedAt: deps.now() }).where(eq(comments.id, comment.id))
    await tx.delete(mentions).where(eq(mentions.commentId, comment.id))
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: 'comment.delete', subject: comment.id, detail: { threadId: thread.id }, requestId: input.requestId })
    await tellThread(tx, notebook.id, thread.id)
  })
  return accept(null)
}
