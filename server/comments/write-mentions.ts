/**
 * Whom a comment calls. The browser says which people were meant; kept are those who are members of the workspace
 * (every role reads its notebooks) and whose name stands in the text, so nobody is told in secret or from outside.
 */
import { and, eq, inArray, notInArray } from 'drizzle-orm'
import { can } from '#lib/domain/access.ts'
import { namedIn } from '#lib/domain/comment.ts'
import type { CommentId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { mentions } from '../store/schema/comments.ts'
import { members } from '../store/schema/workspaces.ts'

interface Called {
  workspaceId: WorkspaceId
  commentId: CommentId
  authorId: UserId
  body: string
  userIds: readonly string[]
}

/** Also after an edit: who is called anew is told, who is not called any more is told no longer. */
export async function writeMentions(tx: Transaction, { workspaceId, commentId, authorId, body, userIds }: Called): Promise<void> {
  const asked = [...new Set(userIds)].filter((id) => id !== authorId)
  const found = asked.length === 0 ? [] : await tx.select({ id: user.id, name: user.name, role: members.role }).from(members)
    .innerJoin(user, eq(user.id, members.userId)).where(and(eq(members.workspaceId, workspaceId), inArray(members.userId, asked)))
  const ids = namedIn(body, found.filter(({ role }) => can(role, 'notebook:read'))).map(({ id }) => id as UserId)
  await tx.delete(mentions).where(and(eq(mentions.commentId, commentId), ids.length === 0 ? undefined : notInArray(mentions.userId, ids)))
  if (ids.length > 0) await tx.insert(mentions).values(ids.map((userId) => ({ commentId, userId }))).onConflictDoNothing()
}
