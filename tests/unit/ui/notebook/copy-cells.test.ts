/** Copy and paste of cells: what stands beside their text is pasted with it. */
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { readKept } from '#lib/document/read-kept.ts'
import { readNotebook } from '#lib/document/read-notebook.ts'
import { sharedViews } from '#lib/document/table-views.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { CellEdits } from '#lib/ui/notebook/edit-cells.ts'
import type { NotebookPage } from '#lib/ui/notebook/notebook-page.ts'
import { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const CELLS: Cell[] = [
  { id: 'i' as CellId, kind: 'input', source: writeInput(newInput('number', 'top')), value: 7 },
  { id: 't' as CellId, kind: 'sql', source: 'select 1', rowLimit: null, tableViews: { 0: { ...PLAIN_VIEW, hidden: ['a'] } } },
]

function open(): { doc: Y.Doc; session: NotebookSession; edits: CellEdits } {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Two', cells: CELLS })
  const page = { id: 'n', text: readNotebook(doc), snapshot: { seq: 0, kernel: null, runs: [], history: [], outputs: [] }, me: { id: 'me', name: 'Ada' } } as unknown as NotebookPage
  const session = new NotebookSession(page, { canEdit: true, canRun: true, feedUrl: '', outputsUrl: '' })
  for (const cell of session.cells) cell.views = sharedViews(doc, cell.id)
  session.room = { doc, canEdit: true, rights: null } as unknown as Room
  session.isShared = true
  return { doc, session, edits: new CellEdits(session) }
}
const withoutIds = (cells: readonly Cell[]) => cells.map(({ id: _, ...cell }) => cell)

it('an input keeps its value, a table its row limit and its shared view, each time it is pasted', () => {
  const { doc, edits } = open()
  edits.copy(CELLS.map(({ id }) => id))
  edits.paste('end')
  edits.paste('end')
  expect(withoutIds(readKept(doc).cells)).toEqual(withoutIds([...CELLS, ...CELLS, ...CELLS]))
})

it('words that are put back have the value and the row limit that they had', () => {
  const { doc, edits } = open()
  for (const cell of readNotebook(doc).cells) edits.add(cell.kind, 'end', cell.source, cell)
  expect(withoutIds(readNotebook(doc).cells.slice(2))).toEqual(withoutIds(readNotebook(doc).cells.slice(0, 2)))
})
