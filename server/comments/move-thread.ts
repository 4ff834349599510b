/** Puts a thread about a piece of text where that text is now: who splits and merges cells takes their threads along. */
import { eq } from 'drizzle-orm'
import type { CommentAnchor, CommentThread } from '#lib/domain/comment.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { commentThreads } from '../store/schema/comments.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeThread } from './authorize-comments.ts'
import type { CommentRefusal } from './start-thread.ts'
import { selectThreads, tellThread } from './thread-rows.ts'

export interface ThreadPlace {
  threadId: string
  cellId: CellId
  anchor: Extract<CommentAnchor, { kind: 'text' }>
  requestId: string | null
}

export async function moveThread(deps: Pick<Deps, 'db' | 'rooms'>, actor: Actor | null, { threadId, cellId, anchor, requestId }: ThreadPlace): Promise<Outcome<CommentThread, CommentRefusal>> {
  const allowed = await authorizeThread(deps, actor, threadId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const { notebook, member, thread } = allowed.value
  if (thread.anchor.kind !== 'text') return refuse('place-missing', 'Only a thread about a piece of text goes along with its text.')
  const { cells } = await deps.rooms.read(notebook.id)
  if (!cells.some((cell) => cell.id === cellId)) return refuse('cell-missing', 'This cell was deleted in the meantime. Bring it back first.')
  return deps.db.transaction(async (tx): Promise<Outcome<CommentThread, CommentRefusal>> => {
    await tx.update(commentThreads).set({ cellId, anchor }).where(eq(commentThreads.id, thread.id))
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: member, action: 'thread.move', subject: thread.id, detail: { notebookId: notebook.id }, requestId })
    await tellThread(tx, notebook.id, thread.id)
    const [told] = await selectThreads(tx, eq(commentThreads.id, thread.id))
    return told === undefined ? refuse('not-found', 'There is no such comment, or you have no access to it.') : accept(told)
  })
}
