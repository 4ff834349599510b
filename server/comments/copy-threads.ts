/**
 * Takes the open threads of a notebook along into its copy, within the transaction that makes it. A text anchor gets
 * positions of its own at the same letters. Outputs and rows stay with the first notebook, so their threads hang on the
 * cell and keep the quote. Nobody is told again: mentions stay with the first.
 */
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import { carryAnchor } from '#lib/document/text-anchor.ts'
import type { CommentAnchor } from '#lib/domain/comment.ts'
import type { CellId, NotebookId, ThreadId } from '#lib/domain/ids.ts'
import type { Transaction } from '../store/client.ts'
import { comments, commentThreads } from '../store/schema/comments.ts'

interface Side {
  id: NotebookId
  doc: Y.Doc
}

export async function copyThreads(tx: Transaction, from: Side, to: Side): Promise<void> {
  const threads = await tx.select().from(commentThreads).where(and(eq(commentThreads.notebookId, from.id), isNull(commentThreads.resolvedAt))).orderBy(asc(commentThreads.createdAt))
  if (threads.length === 0) return
  const copies = new Map<ThreadId, ThreadId>()
  for (const { id, notebookId: _, ...thread } of threads) {
    const [made] = await tx.insert(commentThreads).values({ ...thread, notebookId: to.id, anchor: carry(from.doc, to.doc, thread.cellId, thread.anchor) }).returning({ id: commentThreads.id })
    copies.set(id, made!.id)
  }
  const said = await tx.select().from(comments).where(inArray(comments.threadId, [...copies.keys()]))
  if (said.length > 0) await tx.insert(comments).values(said.map(({ id: _, threadId, ...comment }) => ({ ...comment, threadId: copies.get(threadId)! })))
}

function carry(from: Y.Doc, to: Y.Doc, cellId: CellId, anchor: CommentAnchor): CommentAnchor {
  if (anchor.kind === 'cell') return anchor
  if (anchor.kind !== 'text') return { kind: 'cell' }
  const [here, there] = [cellText(from, cellId), cellText(to, cellId)]
  const carried = here === null || there === null ? null : carryAnchor(here, there, anchor)
  // Gone already: its old positions are nowhere in the copy, which says so too.
  return carried === null ? anchor : { kind: 'text', ...carried }
}
