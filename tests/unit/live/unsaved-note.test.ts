/** F14: the notes of unsaved cells in this browser's copy: written only for what is not saved soon, and before the page goes; one for each tab. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellsNoted, noteUnsaved, readNotes } from '#lib/live/unsaved-note.ts'
import type { IndexeddbPersistence } from 'y-indexeddb'
import { FakeCopy, fakeCopies } from '../../support/fake-copies.ts'

const A = 'a' as CellId
const B = 'b' as CellId
const NAME = 'dataharbour-notebook-n-me-1'
const leaving = new EventTarget()
const open = () => new FakeCopy(NAME, new Y.Doc()) as unknown as IndexeddbPersistence
const noted = async () => cellsNoted(await readNotes(open()))
/** The notes of all tabs, by key. */
const kept = () => Object.fromEntries(fakeCopies.get(NAME)?.custom ?? [])
const soon = () => vi.advanceTimersByTimeAsync(400)

function tab(number: number, ...cells: CellId[]) {
  const unsaved = new Set(cells)
  const note = noteUnsaved(open(), number, unsaved)
  return { unsaved, note, edit: (id: CellId) => { unsaved.add(id); note.changed() }, save: () => { unsaved.clear(); note.changed() } }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', leaving.addEventListener.bind(leaving))
  vi.stubGlobal('removeEventListener', leaving.removeEventListener.bind(leaving))
})
afterEach(() => {
  fakeCopies.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('says nothing of what is saved at once, and says what is not, and that it is saved at last', async () => {
  const { note, edit, save } = tab(1)
  for (let key = 0; key < 50; key += 1) {
    edit(A)
    await vi.advanceTimersByTimeAsync(20)
    save()
    await vi.advanceTimersByTimeAsync(40)
    expect(kept()).toEqual({})
  }
  edit(A)
  edit(B)
  await soon()
  expect(kept()).toMatchObject({ 'unsaved-1': { cells: [A, B] } })
  expect(await noted()).toEqual([A, B])
  save()
  await soon()
  expect(kept()).toEqual({})
  note.stop()
})

it('is written when the page goes, and by no page that was closed', async () => {
  const { note, unsaved, edit } = tab(1)
  edit(A)
  leaving.dispatchEvent(new Event('pagehide'))
  await vi.advanceTimersByTimeAsync(0)
  expect(await noted()).toEqual([A])
  note.stop()
  unsaved.add(B)
  leaving.dispatchEvent(new Event('pagehide'))
  await soon()
  expect(await noted()).toEqual([A])
})

it('of one tab stands, whatever another has saved', async () => {
  const [cut, other] = [tab(1), tab(2)]
  cut.edit(A)
  other.edit(B)
  await soon()
  expect((await noted()).sort()).toEqual([A, B])
  other.save()
  await soon()
  expect(await noted()).toEqual([A])
})

it('of an earlier visit goes when that is saved', async () => {
  fakeCopies.set(NAME, { update: Y.encodeStateAsUpdate(new Y.Doc()), unsaved: [A] })
  const { note, save } = tab(2, A)
  note.adopt(await readNotes(open()))
  await soon()
  expect(await noted()).toEqual([A])
  save()
  await soon()
  expect(kept()).toEqual({})
})

it('of a tab that wrote more since it was found is left to that tab', async () => {
  const cut = tab(1)
  cut.edit(A)
  await soon()
  const next = tab(2, A)
  next.note.adopt(await readNotes(open()))
  cut.edit(A)
  await soon()
  next.save()
  await soon()
  expect(await noted()).toEqual([A])
  cut.save()
  await soon()
  expect(kept()).toEqual({})
})

it.each([[[A, 7, '../x', null], [A]], ['a', []], [{ cells: [B, {}], edits: 2 }, [B]], [{ cells: 'a' }, []], [null, []]])('passes over what is no list of cells: %j', async (value, cells) => {
  fakeCopies.set(NAME, { update: Y.encodeStateAsUpdate(new Y.Doc()), unsaved: value as never })
  expect(await noted()).toEqual(cells)
})
