/** Adds a comment to a thread. A resolved thread takes it too, and stays resolved until somebody opens it again. */
import { eq } from 'drizzle-orm'
import { checkComment, type CommentThread } from '#lib/domain/comment.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { comments, commentThreads } from '../store/schema/comments.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeThread } from './authorize-comments.ts'
import { roomForReply, takeTurn } from './limit-comments.ts'
import type { CommentDeps, CommentRefusal } from './start-thread.ts'
import { selectThreads, tellThread } from './thread-rows.ts'
import { writeMentions } from './write-mentions.ts'

export interface NewReply {
  threadId: string
  body: string
  mentions: readonly string[]
  requestId: string | null
}

export async function reply(deps: CommentDeps, actor: Actor | null, input: NewReply): Promise<Outcome<CommentThread, CommentRefusal>> {
  const allowed = await authorizeThread(deps, actor, input.threadId, 'notebook:comment')
  if (!allowed.ok) return allowed
  const { notebook, member, thread } = allowed.value
  const body = checkComment(input.body)
  if (!body.ok) return body
  const turn = await takeTurn(deps.sql, member.userId)
  if (!turn.ok) return turn
  return deps.db.transaction(async (tx): Promise<Outcome<CommentThread, CommentRefusal>> => {
    const room = await roomForReply(tx, thread.id)
    if (!room.ok) return room
    const [comment] = await tx.insert(comments).values({ threadId: thread.id, authorId: member.userId, authorName: member.name, body: body.value }).returning()
    await writeMentions(tx, { workspaceId: notebook.workspaceId, commentId: comment!.id, authorId: member.userId, body: body.value, userIds: input.mentions })
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: 'comment.add', subject: comment!.id, detail: { threadId: thread.id }, requestId: input.requestId })
    await tellThread(tx, notebook.id, thread.id)
    const [told] = await selectThreads(tx, eq(commentThreads.id, thread.id))
    return accept(told!)
  })
}
