/** Threads as they are told: with their comments in order and whom those call. A deleted comment keeps its place and loses its words. */
import { and, asc, eq, exists, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Comment, CommentThread } from '#lib/domain/comment.ts'
import type { CommentId, NotebookId, ThreadId, UserId } from '#lib/domain/ids.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Executor, Transaction } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { comments, commentThreads, mentions } from '../store/schema/comments.ts'
import type { CommentRow } from './authorize-comments.ts'

/** Those of which something is left to read. */
export async function selectThreads(db: Executor, where: SQL | undefined): Promise<CommentThread[]> {
  const hasWords = exists(db.select({ id: comments.id }).from(comments).where(and(eq(comments.threadId, commentThreads.id), isNull(comments.deletedAt))))
  const rows = await db.select({ thread: commentThreads, resolver: user.name }).from(commentThreads)
    .leftJoin(user, eq(user.id, commentThreads.resolvedBy))
    .where(and(where, hasWords)).orderBy(asc(commentThreads.createdAt), asc(commentThreads.id))
  const said = await selectComments(db, rows.map(({ thread }) => thread.id))
  return rows.map(({ thread, resolver }) => ({
    id: thread.id, notebookId: thread.notebookId, cellId: thread.cellId, anchor: thread.anchor, quote: thread.quote,
    createdAt: thread.createdAt.toISOString(), resolvedAt: thread.resolvedAt?.toISOString() ?? null, resolvedBy: resolver,
    comments: said.get(thread.id) ?? [],
  }))
}

/** The thread after a write, and word of it to everybody who has the notebook open. */
export async function tellThread(tx: Transaction, notebookId: NotebookId, threadId: ThreadId): Promise<void> {
  await appendToFeed(tx, notebookId, [{ kind: 'thread.changed', threadId, at: new Date().toISOString() }])
}

async function selectComments(db: Executor, threadIds: ThreadId[]): Promise<Map<ThreadId, Comment[]>> {
  if (threadIds.length === 0) return new Map()
  const rows = await db.select().from(comments).where(inArray(comments.threadId, threadIds)).orderBy(asc(comments.createdAt), asc(comments.id))
  const called = await db.select({ commentId: mentions.commentId, id: mentions.userId, name: user.name }).from(mentions)
    .innerJoin(comments, eq(comments.id, mentions.commentId)).innerJoin(user, eq(user.id, mentions.userId))
    .where(inArray(comments.threadId, threadIds)).orderBy(asc(user.name))
  const byComment = Map.groupBy(called, (one) => one.commentId)
  const byThread = new Map<ThreadId, Comment[]>()
  for (const row of rows) byThread.set(row.threadId, [...(byThread.get(row.threadId) ?? []), toComment(row, byComment.get(row.id) ?? [])])
  return byThread
}

function toComment(row: CommentRow, called: { commentId: CommentId; id: UserId; name: string }[]): Comment {
  const isDeleted = row.deletedAt !== null
  return {
    id: row.id,
    author: { id: row.authorId, name: row.authorName },
    body: isDeleted ? '' : row.body,
    mentions: isDeleted ? [] : called.map(({ id, name }) => ({ id, name })),
    createdAt: row.createdAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
  }
}
