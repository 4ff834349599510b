/** F14: the note of unsaved cells in this browser's copy: written only for what is not saved soon, and before the page goes. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { noteUnsaved, readUnsaved } from '#lib/live/local-copy.ts'
import type { IndexeddbPersistence } from 'y-indexeddb'

const A = 'a' as CellId
const B = 'b' as CellId
const leaving = new EventTarget()
let written: unknown[]
const copy = { set: async (_key: string, value: unknown) => void written.push(value), get: async () => written.at(-1) } as unknown as IndexeddbPersistence

beforeEach(() => {
  written = []
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', leaving.addEventListener.bind(leaving))
  vi.stubGlobal('removeEventListener', leaving.removeEventListener.bind(leaving))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('says nothing of what is saved at once, and says what is not, and that it is saved at last', async () => {
  const unsaved = new Set<CellId>()
  const note = noteUnsaved(copy, unsaved)
  for (let key = 0; key < 50; key += 1) {
    unsaved.add(A)
    note.changed()
    vi.advanceTimersByTime(20)
    unsaved.clear()
    note.changed()
    vi.advanceTimersByTime(40)
  }
  expect(written).toEqual([])
  for (const id of [A, B]) {
    unsaved.add(id)
    note.changed()
  }
  vi.advanceTimersByTime(400)
  expect(written).toEqual([[A, B]])
  expect(await readUnsaved(copy)).toEqual([A, B])
  unsaved.clear()
  note.changed()
  vi.advanceTimersByTime(400)
  expect(written).toEqual([[A, B], []])
  note.stop()
})

it('of an earlier visit goes when that is saved', () => {
  const unsaved = new Set<CellId>()
  const note = noteUnsaved(copy, unsaved)
  note.was([A])
  note.changed()
  vi.advanceTimersByTime(400)
  expect(written).toEqual([[]])
  note.stop()
})

it('is written when the page goes, and by no page that was closed', () => {
  const unsaved = new Set<CellId>([A])
  const note = noteUnsaved(copy, unsaved)
  note.changed()
  leaving.dispatchEvent(new Event('pagehide'))
  expect(written).toEqual([[A]])
  note.stop()
  unsaved.add(B)
  leaving.dispatchEvent(new Event('pagehide'))
  vi.advanceTimersByTime(400)
  expect(written).toEqual([[A]])
})

it('passes over what is no list of cells', async () => {
  written = [[A, 7, '../x', null]]
  expect(await readUnsaved(copy)).toEqual([A])
  written = ['a']
  expect(await readUnsaved(copy)).toEqual([])
})
