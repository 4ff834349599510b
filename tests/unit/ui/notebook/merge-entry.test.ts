/** Where the caret stands in a cell that a person enters: where two met, only as long as they are at that cell. */
import { beforeEach, expect, it, vi } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookPage } from '#lib/ui/notebook/notebook-page.ts'
import { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const [A, B] = ['a', 'b'] as [CellId, CellId]
const SEAM = { offset: 3 }
const focusEditor = vi.fn()
let session: NotebookSession

beforeEach(() => {
  focusEditor.mockClear()
  const cells = [A, B].map((id) => ({ id, kind: 'python', source: 'x = 1' }))
  const page = { id: 'n', text: { title: 'Two', cells }, snapshot: { seq: 0, kernel: null, runs: [], history: [], outputs: [] }, me: { id: 'me' } } as unknown as NotebookPage
  session = new NotebookSession(page, { canEdit: true, canRun: true, feedUrl: '', outputsUrl: '' })
  for (const id of [A, B]) session.handles.set(id, { focusFrame: () => session.note(id, 'command'), focusEditor, selection: () => null, caret: () => null })
})

it('is where the two met', async () => {
  await session.go(A, 'command', SEAM)
  await session.go(A, 'edit')
  expect(focusEditor).toHaveBeenCalledExactlyOnceWith(SEAM)
})

it('is where it was, for whoever clicked another cell between', async () => {
  await session.go(A, 'command', SEAM)
  session.note(B, 'command')
  session.note(A, 'command')
  await session.go(A, 'edit')
  expect(focusEditor).toHaveBeenCalledExactlyOnceWith(undefined)
})
