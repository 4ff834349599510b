/**
 * Lost cell: somebody else took away the cell in which this person was. They go on beside it with the page where it was;
 * who was writing there hears who did it, and has it back by one press. The next letters are no commands (`lostAt`).
 */
import { tick } from 'svelte'
import { readBinMark } from '#lib/document/read-bin.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type * as Y from 'yjs'
import type { NotebookSession } from './notebook-session.svelte.ts'

/** The session's active cell is the neighbour already. */
export async function goOnBeside(session: NotebookSession, doc: Y.Doc, lost: CellId): Promise<void> {
  const wasWriting = session.mode === 'edit'
  const mark = readBinMark(doc, lost)
  if (wasWriting) session.lostAt = performance.now()
  if (mark?.into !== undefined) session.activeId = session.cells.find((cell) => cell.id === mark.into)?.id ?? session.activeId
  session.mode = 'command'
  session.selection.clear()
  session.presence?.clearCursor()
  if (session.activeId !== null) session.drawn.draw(session.activeId)
  await tick()
  const hasNoFocus = document.activeElement === null || document.activeElement === document.body
  if (session.activeId !== null && hasNoFocus) session.handles.get(session.activeId)?.focusFrame(true)
  if (!wasWriting || mark === null) return
  const who = mark.by === '' ? 'Somebody' : mark.by
  const isWhole = (cellText(doc, lost)?.length ?? 0) === 0
  if (mark.into !== undefined && isWhole) return void toasts.show(`${who} merged the cell you were in with another.`)
  toasts.show(mark.into === undefined ? `${who} deleted the cell you were in. It is in the bin.` : `${who} merged the cell you were in with another. What you typed meanwhile is in the bin.`, {
    action: { label: 'Restore', run: () => takeBack(session, doc, lost) },
  })
}

function takeBack(session: NotebookSession, doc: Y.Doc, id: CellId): void {
  if (!session.canEdit) return
  restoreCell(doc, id)
  void session.go(id, 'edit')
}
