/** F14: copies in this browser whose edits no room will send: found with their words, and forgotten when the person says so. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { findLeftBehind, findUnsent } from '#lib/live/left-behind.ts'
import { fakeCopies } from '../../support/fake-copies.ts'

vi.mock('y-indexeddb', async () => ({ IndexeddbPersistence: (await import('../../support/fake-copies.ts')).FakeCopy }))

const ME = { notebookId: 'n', person: 'me' }
const nameOf = (epoch: number) => `dataharbour-notebook-n-me-${epoch}`

function keep(epoch: number, unsaved: string[]): void {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Kept', cells: ['a', 'b', 'c'].map((id) => ({ id: id as CellId, kind: 'python', source: `${id} of ${epoch}` })) })
  removeCell(doc, 'b' as CellId, { by: 'Ada', at: 1 })
  fakeCopies.set(nameOf(epoch), { update: Y.encodeStateAsUpdate(doc), unsaved })
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', {
    databases: async () => fakeCopies.names().map((name) => ({ name })),
    deleteDatabase: (name: string) => {
      const request = new EventTarget()
      queueMicrotask(() => {
        fakeCopies.delete(name)
        request.dispatchEvent(new Event('success'))
      })
      return request
    },
  })
})
afterEach(() => {
  fakeCopies.clear()
  vi.unstubAllGlobals()
})

it('finds what belongs to another history, out of its bin too, and drops a copy in which all was saved', async () => {
  keep(1, ['a', 'b'])
  keep(2, [])
  keep(3, ['a'])
  keep(4, ['a'])
  const left = await findLeftBehind(ME, 3)
  expect(left.cells.map(({ source }) => source)).toEqual(['a of 1', 'b of 1'])
  expect(fakeCopies.names()).toEqual([1, 3, 4].map(nameOf))
  await left.forget()
  expect(fakeCopies.names()).toEqual([3, 4].map(nameOf))
})

it('finds what this history holds unsaved, for whoever may not write now, and keeps the copy until they say', async () => {
  keep(3, ['c'])
  const unsent = await findUnsent(ME, 3)
  expect(unsent?.cells.map(({ source }) => source)).toEqual(['c of 3'])
  expect(fakeCopies.names()).toEqual([nameOf(3)])
  await unsent?.forget()
  expect(fakeCopies.names()).toEqual([])
  expect(await findUnsent(ME, 3)).toBeNull()
})
