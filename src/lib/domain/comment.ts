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
  /** Who was called by name (`@Name` in the body), and is told. */
  mentions: { id: UserId; name: string }[]
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

/** A comment that calls me by name, wherever it was written. */
export interface Mention {
  id: string
  threadId: ThreadId
  commentId: CommentId
  notebookId: NotebookId
  notebookTitle: string
  workspaceSlug: string
  workspaceName: string
  author: string
  body: string
  createdAt: string
  readAt: string | null
}

export const COMMENT_MAX = 10_000
export const QUOTE_MAX = 500
export const MENTIONS_MAX = 20

export function checkComment(text: string): Outcome<string, 'comment-empty' | 'comment-too-long'> {
  const body = storable(text).trim()
  if (body === '') return refuse('comment-empty', 'Write something first.')
  if (body.length > COMMENT_MAX) return refuse('comment-too-long', `A comment has at most ${COMMENT_MAX} characters.`)
  return accept(body)
}

/** What a thread keeps of the place it began at. */
export const quoteOf = (text: string): string => cut(storable(text).trim(), QUOTE_MAX)

/** Whoever of these people the text calls as `@Name`. Of “@Ann” and “@Ann Lee” the longer name is meant where it stands. */
export function namedIn<P extends { name: string }>(body: string, people: readonly P[]): P[] {
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length)
  let rest = body
  return byLength.filter(({ name }) => {
    if (name === '' || !rest.includes(`@${name}`)) return false
    rest = rest.replaceAll(`@${name}`, '\n')
    return true
  })
}

/** Postgres keeps no zero character. */
const storable = (text: string): string => text.replaceAll('\u0000', '')

/** Never in the middle of a letter that takes two units. */
const cut = (text: string, max: number): string => (text.length <= max ? text : text.slice(0, max).replace(/[\uD800-\uDBFF]$/, ''))
