/**
 * Lost cell: somebody else took away the cell in which this person was. They go on beside it with the page where it was;
 * who was writing there hears who did it, and has it back by one press. What they type until they look up is written
 * into that cell's text in the bin. Of a cell that was merged the text is in another: they go on typing there.
 */
import { tick } from 'svelte'
import { hasLocked } from '#lib/document/change-structure.ts'
import { readBinMark } from '#lib/document/read-bin.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type * as Y from 'yjs'
import type { NotebookSession } from './notebook-session.svelte.ts'
import { typeNowhere, typeOn, type TypeOn } from './type-on.ts'

/** The session's active cell is the neighbour already. */
export async function goOnBeside(session: NotebookSession, doc: Y.Doc, lost: CellId): Promise<void> {
  const wasWriting = session.mode === 'edit'
  const mark = readBinMark(doc, lost)
  const isWhole = (cellText(doc, lost)?.length ?? 0) === 0
  const joined = session.cells.find((cell) => cell.id === mark?.into) ?? null
  const goesOnThere = wasWriting && isWhole && joined !== null
  const mayWrite = session.canEdit && (session.canLock || !hasLocked(doc, [lost]))
  if (wasWriting && !goesOnThere) session.typingOn = mayWrite ? goOnIn(session, lost) : typeNowhere(performance.now())
  if (joined !== null) session.activeId = joined.id
  session.mode = 'command'
  session.selection.clear()
  session.presence?.clearCursor()
  if (session.activeId !== null) session.drawn.draw(session.activeId)
  await tick()
  const hasNoFocus = document.activeElement === null || document.activeElement === document.body
  if (goesOnThere) void session.go(joined.id, 'edit', 'end')
  else if (session.activeId !== null && hasNoFocus) session.handles.get(session.activeId)?.focusFrame(true)
  if (!wasWriting || mark === null) return
  const who = mark.by === '' ? 'Somebody' : mark.by
  if (mark.into !== undefined && isWhole) return void toasts.show(`${who} merged the cell you were in with another.`)
  toasts.show(mark.into === undefined ? `${who} deleted the cell you were in. It is in the bin.` : `${who} merged the cell you were in with another. What you typed meanwhile is in the bin.`, {
    action: { label: 'Restore', run: () => takeBack(session, doc, lost) },
  })
}

function goOnIn(session: NotebookSession, lost: CellId): TypeOn | null {
  const shared = session.shared(lost)
  const caret = session.handles.get(lost)?.caret() ?? shared?.text.length ?? 0
  return shared === null ? null : typeOn(shared.text, caret, shared.history.beside, performance.now())
}

function takeBack(session: NotebookSession, doc: Y.Doc, id: CellId): void {
  if (!session.canEdit) return
  if (hasLocked(doc, [id]) && !session.canLock) return void toasts.show('The cell is locked. An owner can bring it back from the bin.')
  restoreCell(doc, id)
  void session.go(id, 'edit')
}
