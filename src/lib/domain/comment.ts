/**
 * Comment: what people say to each other about a place in a notebook. Threads live in Postgres, not in the shared
 * document: who may comment need not be able to edit. A text anchor holds Yjs relative positions, so it moves with the
 * text around it.
 */
import type { CellId, CommentId, NotebookId, ResultId, RunId, ThreadId, UserId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export type CommentAnchor =
  | { kind: 'cell' }
  /** Y.RelativePosition as JSON in the cell's text. */
  | { kind: 'text'; start: unknown; end: unknown }
  | { kind: 'output'; runId: RunId }
  /** One row of a result, as the whole table was ordered when it was written. */
  | { kind: 'row'; resultId: ResultId; row: number }

export interface Comment {
  id: CommentId
  author: { id: UserId | null; name: string }
  /** Empty when it was deleted. */
  body: string
  createdAt: string
  editedAt: string | null
  deletedAt: string | null
}

export interface CommentThread {
  id: ThreadId
  notebookId: NotebookId
  cellId: CellId
  anchor: CommentAnchor
  quote: string
  createdAt: string
  resolvedAt: string | null
  resolvedBy: string | null
  comments: Comment[]
}

export const COMMENT_MAX = 10_000
export const QUOTE_MAX = 500

export function checkComment(text: string): Outcome<string, 'comment-empty' | 'comment-too-long'> {
  const body = text.trim()
  if (body === '') return refuse('comment-empty', 'Write something first.')
  if (body.length > COMMENT_MAX) return refuse('comment-too-long', `A comment has at most ${COMMENT_MAX} characters.`)
  return accept(body)
}
