/** F1, F14: a room beside its copy in the browser: what it says of edits that are kept there, and of a copy that takes no more. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { openRoom, type Room } from '#lib/live/room.svelte.ts'
import { fakeCopies } from '../../support/fake-copies.ts'

vi.mock('y-indexeddb', async () => {
  const { FakeCopy, fetchUpdates } = await import('../../support/fake-copies.ts')
  return { IndexeddbPersistence: FakeCopy, fetchUpdates }
})

const A = 'a' as CellId
let room: Room

class NoServer {
  readyState = 0
  send = () => {}
  close = () => {}
}

/** A notebook of one cell in this browser; `unsaved` is what its last visit noted. */
function keep(unsaved: CellId[]): void {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Kept', cells: [{ id: A, kind: 'python', source: 'x' }] })
  fakeCopies.set('dataharbour-notebook-n-me-1', { update: Y.encodeStateAsUpdate(doc), unsaved })
}

async function open({ canEdit = true } = {}): Promise<EventTarget | undefined> {
  room = openRoom({ notebookId: 'n', person: 'me', epoch: 1, canEdit, url: 'ws://nowhere/rooms', WebSocketClass: NoServer as never })
  await vi.advanceTimersByTimeAsync(0)
  return fakeCopies.opened.at(-1)?.db
}

const type = (letters: string) => [...letters].forEach((letter) => cellText(room.doc, A)?.insert(0, letter))

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('indexedDB', {})
  for (const name of ['addEventListener', 'removeEventListener']) vi.stubGlobal(name, () => {})
})
afterEach(() => {
  room.close()
  fakeCopies.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('edits beside a copy', () => {
  it('are counted as they are typed, and not what was saved on an earlier visit', async () => {
    keep([])
    await open()
    expect(room).toMatchObject({ isKept: true, isLoaded: true, knownUnsaved: 0 })
    type('abc')
    expect(room.knownUnsaved).toBe(3)
  })

  it('have no number where an earlier visit left some unsaved', async () => {
    keep([A])
    await open()
    expect(room.knownUnsaved).toBe('some')
    type('abc')
    expect(room.knownUnsaved).toBe('some')
    expect([...room.editedCells]).toEqual([A])
  })

  it('are not called saved before the server says so, whatever the copy says', async () => {
    keep([])
    await open()
    expect(room.unsaved).toBe(1)
  })
})

describe('what another tab of this browser wrote since', () => {
  /** Without a line, and closed by now. */
  function writtenByAnother(words: string): void {
    const copy = fakeCopies.get('dataharbour-notebook-n-me-1')!
    const doc = new Y.Doc()
    Y.applyUpdate(doc, copy.update)
    cellText(doc, A)?.insert(0, words)
    copy.update = Y.encodeStateAsUpdate(doc)
    copy.custom.set('unsaved-7', { cells: [A], edits: 1 })
  }

  it('is read from the copy when that is asked for, and is not saved then', async () => {
    keep([])
    await open()
    writtenByAnother('theirs ')
    expect([cellText(room.doc, A)?.toString(), room.knownUnsaved, room.editedCells.size]).toEqual(['x', 0, 0])
    await Promise.all([room.readCopy(), vi.advanceTimersByTimeAsync(0)])
    expect([cellText(room.doc, A)?.toString(), room.knownUnsaved, ...room.editedCells]).toEqual(['theirs x', 'some', A])
  })

  it('is of another tab: what this one noted itself is no earlier visit', async () => {
    keep([])
    await open()
    type('ab')
    await vi.advanceTimersByTimeAsync(400)
    expect(fakeCopies.unsaved('dataharbour-notebook-n-me-1')).toEqual([A])
    await Promise.all([room.readCopy(), vi.advanceTimersByTimeAsync(0)])
    expect(room.knownUnsaved).toBe(2)
  })
})

describe('a page that no server answers', () => {
  it('is opening for a moment, and then goes on with its copy and says that it is not connected', async () => {
    keep([])
    await open()
    expect(room.status).toBe('connecting')
    await vi.advanceTimersByTimeAsync(2_000)
    type('ab')
    expect(room).toMatchObject({ status: 'reconnecting', knownUnsaved: 2, isKept: true })
  })

  it('stays opening where this browser has nothing to show', async () => {
    await open()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(room).toMatchObject({ status: 'connecting', isLoaded: false })
  })
})

describe('the browser', () => {
  it('is asked to keep the copy by who may write and has edits in it that nobody saves, and by nobody else', async () => {
    const persist = vi.fn(async () => false)
    vi.stubGlobal('navigator', { onLine: true, storage: { persisted: async () => false, persist } })
    keep([])
    await open({ canEdit: false })
    room.doc.getText().insert(0, 'not mine to write')
    await vi.advanceTimersByTimeAsync(60_000)
    room.close()
    await open()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(persist).not.toHaveBeenCalled()
    type('abc')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(persist).toHaveBeenCalledOnce()
  })
})

describe('a copy that takes nothing more', () => {
  it.each(['abort', 'close', 'versionchange'])('is noticed (%s), and typing goes on', async (end) => {
    keep([])
    const db = await open()
    expect(room).toMatchObject({ isKept: true, hasLostCopy: false })
    db?.dispatchEvent(new Event(end))
    expect(room).toMatchObject({ isKept: false, hasLostCopy: true })
    type('still here ')
    expect(cellText(room.doc, A)?.toString()).toContain('x')
    expect(room.knownUnsaved).toBe(11)
    expect(fakeCopies.opened.at(-1)?.isWriting).toBe(false)
  })
})
