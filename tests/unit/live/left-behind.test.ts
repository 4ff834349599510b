/** F14: copies in this browser whose edits no room will send: found with their words, and forgotten when the person says so. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { leaveLocked } from '#lib/document/leave-locked.ts'
import { lockCell } from '#lib/document/lock-cell.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { findAside, findLeftBehind, findUnsent, keepAside } from '#lib/live/left-behind.ts'
import { fakeCopies, fakeIndexedDB } from '../../support/fake-copies.ts'

vi.mock('y-indexeddb', async () => {
  const { FakeCopy, fetchUpdates } = await import('../../support/fake-copies.ts')
  return { IndexeddbPersistence: FakeCopy, fetchUpdates }
})

const ME = { notebookId: 'n', person: 'me' }
const nameOf = (epoch: number | string) => `dataharbour-notebook-n-me-${epoch}`

function notebook(epoch: number): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Kept', cells: ['a', 'b', 'c'].map((id) => ({ id: id as CellId, kind: 'python', source: `${id} of ${epoch}` })) })
  removeCell(doc, 'b' as CellId, { by: 'Ada', at: 1 })
  return doc
}
const keep = (epoch: number, unsaved: string[]): void => fakeCopies.set(nameOf(epoch), { update: Y.encodeStateAsUpdate(notebook(epoch)), unsaved })

beforeEach(() => {
  vi.stubGlobal('indexedDB', fakeIndexedDB)
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

it('finds what was set aside in any history, and keeps it until they say', async () => {
  keep(3, [])
  await keepAside(ME, 2, notebook(2), ['a' as CellId])
  await keepAside(ME, 3, notebook(3), ['c' as CellId])
  const other = notebook(3)
  await keepAside({ ...ME, person: 'you' }, 3, other, ['b' as CellId])
  expect((await findLeftBehind(ME, 4)).cells).toEqual([])
  const aside = await findAside(ME)
  expect(aside.cells.map(({ source }) => source)).toEqual(['a of 2', 'c of 3'])
  await aside.forget()
  expect(await findAside(ME)).toMatchObject({ cells: [] })
  expect(fakeCopies.names()).toEqual([`dataharbour-notebook-n-you-3-aside-${other.clientID}`])
})

it('finds the words of each time, where the next cell was locked before they had decided', async () => {
  const server = notebook(3)
  const lock = (id: CellId) => lockCell(server, id, { by: 'Olga', at: 1 })
  const first = new Y.Doc()
  Y.applyUpdate(first, Y.encodeStateAsUpdate(server))
  cellText(first, 'a' as CellId)?.insert(0, 'mine, ')
  lock('a' as CellId)
  await keepAside(ME, 3, first, ['a' as CellId])

  const second = new Y.Doc()
  const sent = Y.encodeStateAsUpdate(first, Y.encodeStateVector(server))
  for (const update of [Y.encodeStateAsUpdate(server), leaveLocked(server, sent).rest]) Y.applyUpdate(second, update)
  cellText(second, 'c' as CellId)?.insert(0, 'mine, ')
  lock('c' as CellId)
  await keepAside(ME, 3, second, ['c' as CellId])
  expect((await findAside(ME)).cells.map(({ source }) => source).sort()).toEqual(['mine, a of 3', 'mine, c of 3'])
})

it('offers the same words once, though a page was left before it went on, and was refused again', async () => {
  const [first, again] = [notebook(3), new Y.Doc()]
  Y.applyUpdate(again, Y.encodeStateAsUpdate(first))
  for (const doc of [first, again]) await keepAside(ME, 3, doc, ['a' as CellId])
  const aside = await findAside(ME)
  expect(aside.cells.map(({ source }) => source)).toEqual(['a of 3'])
  await aside.forget()
  expect(fakeCopies.names()).toEqual([])
})

it('is told where there is no room to keep them', async () => {
  fakeCopies.isFull = true
  await expect(keepAside(ME, 3, notebook(3), ['a' as CellId])).rejects.toThrow()
  expect(await findAside(ME)).toMatchObject({ cells: [] })
})
