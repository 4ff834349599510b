/** When a page hears of those who move: the first in a frame at once, all others together with the next. */
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { watchPresence, type PresenceList } from '#lib/live/presence.svelte.ts'
import { writePresence } from '#server/rooms/protocol.ts'

const A_FRAME_MS = 20
const [CELL, OTHER_CELL] = ['a', 'b'] as CellId[] as [CellId, CellId]

let page: Awareness
let list: PresenceList
let clock = 0
beforeEach(() => {
  vi.useFakeTimers()
  page = new Awareness(new Y.Doc())
  list = watchPresence({ doc: page.doc, awareness: page })
})
afterEach(() => {
  list.close()
  page.doc.destroy()
  vi.useRealTimers()
})

const hear = (clientId: number, name: string, cellId: CellId | null): void => {
  const state = { user: { id: name, name, color: '#0b6175', isGuest: false }, cursor: cellId === null ? null : { cellId, anchor: null, head: null } }
  applyAwarenessUpdate(page, writePresence([{ clientId, clock: (clock += 1), json: JSON.stringify(state) }]), 'test')
}
const where = (): [string, string | undefined][] => list.people.map(({ name, cursor }) => [name, cursor?.cellId])

describe('who moves', () => {
  it('is seen at once; who moves in the same frame, when it is over', () => {
    hear(2, 'Bob', CELL)
    expect(where()).toEqual([['Bob', 'a']])
    hear(2, 'Bob', OTHER_CELL)
    hear(3, 'Ada', CELL)
    expect(where()).toEqual([['Bob', 'a']])
    vi.advanceTimersByTime(A_FRAME_MS)
    expect(where()).toEqual([['Ada', 'a'], ['Bob', 'b']])
    expect(list.peopleIn(CELL).map(({ name }) => name)).toEqual(['Ada'])
  })

  it('changes nothing in a cell in which they are not', () => {
    hear(2, 'Bob', CELL)
    vi.advanceTimersByTime(A_FRAME_MS)
    const [inCell, inOther] = [list.peopleIn(CELL), list.peopleIn(OTHER_CELL)]
    hear(3, 'Ada', null)
    expect(where()).toEqual([['Ada', undefined], ['Bob', 'a']])
    expect(list.peopleIn(CELL)).toBe(inCell)
    expect(list.peopleIn(OTHER_CELL)).toBe(inOther)
    expect(inOther).toEqual([])
  })

  it('is seen at once also when one moves oneself, which is no news', () => {
    const before = list.people
    page.setLocalStateField('cursor', { cellId: CELL, anchor: null, head: null })
    expect(list.people).toBe(before)
    hear(2, 'Bob', CELL)
    expect(where()).toEqual([['Bob', 'a']])
  })
})
