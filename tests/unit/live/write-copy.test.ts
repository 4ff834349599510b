/** F14: what y-indexeddb's own rows hold while we write them: few in a busy room, everything at any moment, and of each tab what is its own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { copyName, keepLocalCopy, refillCopy, watchCopy } from '#lib/live/local-copy.ts'
import { noteUnsaved, readNotes } from '#lib/live/unsaved-note.ts'
import { writeCopy } from '#lib/live/write-copy.ts'
import { memoryIndexedDB, MemoryKeyRange } from '../../support/memory-indexeddb.ts'

const ME = { notebookId: 'n', person: 'me' }
const NAME = copyName(ME, 1)
const SERVER = {}
/** Long enough for all that waits to be written, and to be trimmed. */
const REST_MS = 6_000

interface Tab {
  doc: Y.Doc
  copy: IndexeddbPersistence
  isLost: boolean
  type: (letters: string) => void
  /** Letters of somebody elsewhere. */
  hear: (letters: string) => void
  close: () => void
}

const tabs: Tab[] = []
const leaving = new EventTarget()
const textOf = (doc: Y.Doc): string => doc.getText().toString()
const rows = () => memoryIndexedDB.rows(NAME, 'updates') as Uint8Array[]
const sorted = (text: string): string => [...text].sort().join('')

/** What a visit without a line would show. */
function kept(): string {
  const doc = new Y.Doc()
  for (const row of rows()) Y.applyUpdate(doc, row)
  return textOf(doc)
}

async function pass(ms: number): Promise<void> {
  await memoryIndexedDB.settle()
  await vi.advanceTimersByTimeAsync(ms)
  await memoryIndexedDB.settle()
}

async function open(): Promise<Tab> {
  const [doc, elsewhere] = [new Y.Doc(), new Y.Doc()]
  const copy = keepLocalCopy(doc, ME, 1)!
  const { stop } = writeCopy(copy, (origin) => origin === SERVER)
  elsewhere.on('update', (update: Uint8Array) => Y.applyUpdate(doc, update, SERVER))
  const write = (to: Y.Doc, letters: string): void => [...letters].forEach((letter) => to.getText().insert(to.getText().length, letter))
  const tab: Tab = {
    doc, copy, isLost: false,
    type: (letters) => write(doc, letters),
    hear: (letters) => write(elsewhere, letters),
    close: () => {
      stop()
      doc.destroy()
    },
  }
  copy.once('synced', () => watchCopy(copy, () => void (tab.isLost = true)))
  tabs.push(tab)
  await memoryIndexedDB.settle()
  return tab
}

/** Two hundred and fifty letters a second, without a rest. Answers the most rows there were. */
async function forSeconds(seconds: number, write: (letters: string) => void): Promise<number> {
  let most = 0
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    write('x'.repeat(25))
    await pass(100)
    most = Math.max(most, rows().length)
  }
  return most
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('indexedDB', memoryIndexedDB)
  vi.stubGlobal('IDBKeyRange', MemoryKeyRange)
  vi.stubGlobal('addEventListener', leaving.addEventListener.bind(leaving))
  vi.stubGlobal('removeEventListener', leaving.removeEventListener.bind(leaving))
})
afterEach(async () => {
  tabs.splice(0).forEach((tab) => tab.close())
  await memoryIndexedDB.settle()
  memoryIndexedDB.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a room that never rests', () => {
  it('leaves few rows of 5 000 letters of others, and all of them', async () => {
    const tab = await open()
    expect(await forSeconds(20, tab.hear)).toBeLessThan(100)
    await pass(REST_MS)
    expect(kept()).toBe('x'.repeat(5_000))
  })

  it('leaves a bounded number of rows of 5 000 letters of one’s own, and each at once', async () => {
    const tab = await open()
    let missing = 0
    const most = await forSeconds(20, (letters) => {
      if (textOf(tab.doc).length % 250 === 0) missing += textOf(tab.doc).length - kept().length
      tab.type(letters)
    })
    // The fewest that are trimmed, and those of the seconds between two times.
    expect(most).toBeLessThan(500 + 6 * 250)
    await pass(REST_MS)
    expect([missing, kept(), rows().length <= 501]).toEqual([0, 'x'.repeat(5_000), true])
  })

  it('leaves as few where two tabs write into one copy', async () => {
    const [one, two] = [await open(), await open()]
    for (const [from, to] of [[one, two], [two, one]] as const) {
      from.doc.on('update', (update: Uint8Array, origin: unknown) => void (origin === null && Y.applyUpdate(to.doc, update, SERVER)))
    }
    const most = await forSeconds(20, (letters) => [one, two].forEach((tab) => tab.type(letters)))
    expect(most).toBeLessThan(2 * (500 + 6 * 250))
    await pass(REST_MS)
    expect([kept(), textOf(one.doc).length, rows().length < 1_050]).toEqual([textOf(two.doc), 10_000, true])
  })
})

describe('an edit', () => {
  it('is written at once, and before it what it was written behind', async () => {
    const tab = await open()
    tab.hear('abc')
    tab.type('d')
    tab.hear('e')
    await memoryIndexedDB.settle()
    expect(kept()).toBe('abcd')
    leaving.dispatchEvent(new Event('pagehide'))
    await memoryIndexedDB.settle()
    expect(sorted(kept())).toBe('abcde')
  })

  it('that was made before the copy was open is in it', async () => {
    const opening = open()
    tabs[0]!.hear('a')
    tabs[0]!.type('b')
    await opening
    expect(kept()).toBe('ab')
  })
})

describe('trimming', () => {
  /** More rows than a visit should read. */
  async function manyRows(tab: Tab): Promise<void> {
    tab.type('m'.repeat(600))
    await memoryIndexedDB.settle()
  }

  it('comes soon after a copy of many rows was opened, though nobody writes', async () => {
    const before = await open()
    await manyRows(before)
    before.close()
    expect(rows().length).toBeGreaterThan(600)
    const tab = await open()
    await pass(REST_MS)
    expect([rows().length, kept()]).toEqual([1, textOf(tab.doc)])
  })

  it('leaves what another tab has written since, sends none of it, and leaves all notes', async () => {
    const [mine, other] = [await open(), await open()]
    const note = noteUnsaved(other.copy, 7, new Set(['a' as CellId]))
    note.changed()
    await manyRows(mine)
    other.type('theirs')
    await pass(REST_MS)
    note.stop()
    expect(rows().length).toBeLessThan(20)
    expect(sorted(kept())).toBe(sorted(`${'m'.repeat(600)}theirs`))
    expect(textOf(mine.doc)).not.toContain('theirs')
    expect((await readNotes(other.copy)).map(({ key }) => key)).toEqual(['unsaved-7'])
  })

  it('of a tab that is closed in the middle of it loses nothing', async () => {
    const [mine, other] = [await open(), await open()]
    await manyRows(mine)
    other.type('theirs')
    await memoryIndexedDB.settle()
    vi.advanceTimersByTime(REST_MS)
    mine.close()
    await memoryIndexedDB.settle()
    expect(sorted(kept())).toBe(sorted(`${'m'.repeat(600)}theirs`))
  })

  it('ends when the copy is closed', async () => {
    const tab = await open()
    await manyRows(tab)
    const { length } = rows()
    tab.close()
    tab.type('not here')
    await pass(REST_MS)
    expect([rows().length, kept()]).toEqual([length, 'm'.repeat(600)])
  })

  it('ends when the copy is filled anew, and nothing more is written into it', async () => {
    const tab = await open()
    await manyRows(tab)
    tab.hear('old')
    const rest = new Y.Doc()
    rest.getText().insert(0, 'rest')
    await Promise.all([refillCopy(tab.copy, Y.encodeStateAsUpdate(rest), [], []), memoryIndexedDB.settle()])
    await memoryIndexedDB.settle()
    tab.type('more')
    tab.hear('more')
    await pass(REST_MS)
    expect([rows().length, kept()]).toEqual([1, 'rest'])
  })

  it('ends when the copy is lost', async () => {
    const tab = await open()
    await manyRows(tab)
    memoryIndexedDB.roomFor = 0
    tab.type('n')
    await memoryIndexedDB.settle()
    memoryIndexedDB.roomFor = Infinity
    tab.type('o')
    await pass(REST_MS)
    expect([tab.isLost, kept()]).toEqual([true, 'm'.repeat(600)])
  })

  it('that finds no room for the whole document leaves the rows, and the copy goes on', async () => {
    const tab = await open()
    await manyRows(tab)
    memoryIndexedDB.roomFor = 100
    await pass(REST_MS)
    tab.type('after')
    await pass(REST_MS)
    expect([tab.isLost, kept(), rows().length > 600]).toEqual([false, `${'m'.repeat(600)}after`, true])
    memoryIndexedDB.roomFor = Infinity
    tab.type('n'.repeat(600))
    await pass(REST_MS)
    expect([rows().length < 100, kept()]).toEqual([true, textOf(tab.doc)])
  })
})
