/**
 * Inbox: where others called me by name, over all my workspaces, newest first. What I may not read any more (I left, the
 * notebook went, the comment was deleted) is not in it, nor in the count.
 */
import { and, count, desc, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Mention } from '#lib/domain/comment.ts'
import type { ThreadId, UserId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { comments, commentThreads, mentions } from '../store/schema/comments.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { members, workspaces } from '../store/schema/workspaces.ts'

export interface Inbox {
  unread: number
  mentions: Mention[]
}

const SHOWN_MAX = 50
const EXCERPT_MAX = 300

export async function readInbox(deps: { db: Executor }, actor: Actor | null): Promise<Outcome<Inbox, 'sign-in-needed'>> {
  if (actor?.kind !== 'member') return refuse('sign-in-needed', 'Sign in to see who called you.')
  const rows = await deps.db.select({
    id: mentions.id, threadId: comments.threadId, commentId: comments.id, notebookId: notebooks.id, notebookTitle: notebooks.title,
    workspaceSlug: workspaces.slug, workspaceName: workspaces.name, author: comments.authorName, body: comments.body,
    createdAt: mentions.createdAt, readAt: mentions.readAt,
  }).from(mentions).innerJoin(comments, eq(comments.id, mentions.commentId)).innerJoin(commentThreads, eq(commentThreads.id, comments.threadId))
    .innerJoin(notebooks, eq(notebooks.id, commentThreads.notebookId)).innerJoin(workspaces, eq(workspaces.id, notebooks.workspaceId))
    .innerJoin(members, and(eq(members.workspaceId, workspaces.id), eq(members.userId, mentions.userId)))
    .where(seenBy(actor.userId)).orderBy(desc(mentions.createdAt), desc(mentions.id)).limit(SHOWN_MAX)
  const shown = rows.map((row) => ({ ...row, body: row.body.slice(0, EXCERPT_MAX), createdAt: row.createdAt.toISOString(), readAt: row.readAt?.toISOString() ?? null }))
  return accept({ unread: await countUnread(deps.db, actor.userId), mentions: shown })
}

/** Marks some as read, or those of one thread, or all; tells how many are left. */
export async function markRead(deps: Pick<Deps, 'db' | 'now'>, actor: Actor | null, input: { ids?: string[]; threadId?: string }): Promise<Outcome<{ unread: number }, 'sign-in-needed'>> {
  if (actor?.kind !== 'member') return refuse('sign-in-needed', 'Sign in to see who called you.')
  const ofThread = input.threadId === undefined ? undefined
    : inArray(mentions.commentId, deps.db.select({ id: comments.id }).from(comments).where(eq(comments.threadId, input.threadId as ThreadId)))
  await deps.db.update(mentions).set({ readAt: deps.now() })
    .where(and(eq(mentions.userId, actor.userId), isNull(mentions.readAt), ofThread, input.ids === undefined ? undefined : inArray(mentions.id, input.ids)))
  return accept({ unread: await countUnread(deps.db, actor.userId) })
}

async function countUnread(db: Executor, userId: UserId): Promise<number> {
  const [row] = await db.select({ unread: count() }).from(mentions)
    .innerJoin(comments, eq(comments.id, mentions.commentId)).innerJoin(commentThreads, eq(commentThreads.id, comments.threadId))
    .innerJoin(notebooks, eq(notebooks.id, commentThreads.notebookId))
    .innerJoin(members, and(eq(members.workspaceId, notebooks.workspaceId), eq(members.userId, mentions.userId)))
    .where(and(seenBy(userId), isNull(mentions.readAt)))
  return row?.unread ?? 0
}

const seenBy = (userId: UserId): SQL | undefined => and(eq(mentions.userId, userId), isNull(comments.deletedAt), isNull(notebooks.trashedAt))
