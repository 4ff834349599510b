/** Begins a thread at a place of a notebook: a cell, a piece of its text, the output of a run, or one row of a result. */
import { and, eq } from 'drizzle-orm'
import { checkComment, quoteOf, type CommentAnchor, type CommentThread } from '#lib/domain/comment.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { comments, commentThreads } from '../store/schema/comments.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeComments } from './authorize-comments.ts'
import { roomForThread, takeTurn } from './limit-comments.ts'
import { selectThreads, tellThread } from './thread-rows.ts'
import { writeMentions } from './write-mentions.ts'

export type CommentDeps = Pick<Deps, 'db' | 'sql'>
export type CommentRefusal = AuthorizeRefusal | 'comment-empty' | 'comment-too-long' | 'too-many-requests' | 'too-many-threads' | 'too-many-comments' | 'cell-missing' | 'place-missing'

export interface NewThread {
  notebookId: string
  cellId: CellId
  anchor: CommentAnchor
  quote: string
  body: string
  mentions: readonly string[]
  requestId: string | null
}

export async function startThread(deps: CommentDeps & Pick<Deps, 'rooms'>, actor: Actor | null, input: NewThread): Promise<Outcome<CommentThread, CommentRefusal>> {
  const allowed = await authorizeComments(deps, actor, input.notebookId, 'notebook:comment')
  if (!allowed.ok) return allowed
  const { notebook, member } = allowed.value
  const body = checkComment(input.body)
  if (!body.ok) return body
  const turn = await takeTurn(deps.sql, member.userId)
  if (!turn.ok) return turn
  const { cells } = await deps.rooms.read(notebook.id)
  if (!cells.some((cell) => cell.id === input.cellId)) return refuse('cell-missing', 'This cell was deleted in the meantime. Comment on another, or bring it back first.')
  if (!(await isOfCell(deps.db, notebook.id, input.cellId, input.anchor))) return refuse('place-missing', 'This output is not of this cell any more. Reload the page and comment on what it shows now.')
  return deps.db.transaction(async (tx): Promise<Outcome<CommentThread, CommentRefusal>> => {
    const room = await roomForThread(tx, notebook.id)
    if (!room.ok) return room
    const [thread] = await tx.insert(commentThreads).values({ notebookId: notebook.id, cellId: input.cellId, anchor: input.anchor, quote: quoteOf(input.quote), createdBy: member.userId }).returning()
    const [comment] = await tx.insert(comments).values({ threadId: thread!.id, authorId: member.userId, authorName: member.name, body: body.value }).returning()
    await writeMentions(tx, { workspaceId: notebook.workspaceId, commentId: comment!.id, authorId: member.userId, body: body.value, userIds: input.mentions })
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: 'thread.start', subject: thread!.id, detail: { notebookId: notebook.id }, requestId: input.requestId })
    await tellThread(tx, notebook.id, thread!.id)
    const [told] = await selectThreads(tx, eq(commentThreads.id, thread!.id))
    return accept(told!)
  })
}

async function isOfCell(db: Executor, notebookId: NotebookId, cellId: CellId, anchor: CommentAnchor): Promise<boolean> {
  if (anchor.kind === 'output') {
    const [found] = await db.select({ id: runs.id }).from(runs).innerJoin(runCells, eq(runCells.runId, runs.id))
      .where(and(eq(runs.id, anchor.runId), eq(runs.notebookId, notebookId), eq(runCells.cellId, cellId)))
    return found !== undefined
  }
  if (anchor.kind !== 'row') return true
  const [result] = await db.select({ rows: results.rows }).from(results)
    .where(and(eq(results.id, anchor.resultId), eq(results.notebookId, notebookId), eq(results.cellId, cellId)))
  return result !== undefined && anchor.row < result.rows
}
