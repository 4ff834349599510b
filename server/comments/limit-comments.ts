/** How much one person and one notebook can hold: a number in the docs, a sentence for who meets it. */
import { and, eq, isNull } from 'drizzle-orm'
import type { NotebookId, ThreadId, UserId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { takeAttempt } from '../auth/limit-attempts.ts'
import type { Executor, Sql } from '../store/client.ts'
import { comments, commentThreads } from '../store/schema/comments.ts'

const PER_MINUTE = 30
const MINUTE_MS = 60_000
export const OPEN_THREADS_MAX = 500
export const COMMENTS_MAX = 200

export async function takeTurn(sql: Sql, userId: UserId): Promise<Outcome<null, 'too-many-requests'>> {
  const isWithin = await takeAttempt(sql, `comments:${userId}`, { max: PER_MINUTE, windowMs: MINUTE_MS })
  return isWithin ? accept(null) : refuse('too-many-requests', `That was ${PER_MINUTE} comments within a minute. Wait a moment, then send it again.`)
}

export async function roomForThread(db: Executor, notebookId: NotebookId): Promise<Outcome<null, 'too-many-threads'>> {
  const open = await db.$count(commentThreads, and(eq(commentThreads.notebookId, notebookId), isNull(commentThreads.resolvedAt)))
  return open < OPEN_THREADS_MAX ? accept(null) : refuse('too-many-threads', `This notebook has ${OPEN_THREADS_MAX} open threads, the most it can. Resolve some first.`)
}

export async function roomForReply(db: Executor, threadId: ThreadId): Promise<Outcome<null, 'too-many-comments'>> {
  const count = await db.$count(comments, eq(comments.threadId, threadId))
  return count < COMMENTS_MAX ? accept(null) : refuse('too-many-comments', `This thread has ${COMMENTS_MAX} comments, the most it can. Start a new one.`)
}
