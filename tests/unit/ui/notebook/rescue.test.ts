/** F14, B3: what cannot be saved is carried over a reload as far as a tab has room for it, and what it has no room for is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { purgeCells } from '#lib/document/purge-cell.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import { carriedCells, carryOver, carryUnsaved, dropCarried, strandedCells } from '#lib/ui/notebook/rescue.ts'

const NOTEBOOK = 'notebook'
const ROOM = 1000
const cell = (id: string, source: string) => ({ id, kind: 'python', source }) as Cell
const ids = (cells: readonly Cell[]) => cells.map(({ id }) => id).join('')

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > ROOM) throw new Error('QuotaExceededError')
      kept.set(key, value)
    },
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('what is rescued', () => {
  const notebook = () => {
    const doc = new Y.Doc()
    createNotebook(doc, { title: 'Two', cells: ['a', 'b', 'c'].map((id) => cell(id, `${id} = 1`)) })
    return doc
  }
  const stranded = (doc: Y.Doc, ...edited: string[]) => strandedCells({ room: { doc, editedCells: new Set(edited) } } as unknown as NotebookSession)

  it('is what the person wrote, and nothing of others where they wrote in no cell', () => {
    expect(stranded(notebook(), 'b')).toEqual([cell('b', 'b = 1')])
    expect(stranded(notebook())).toEqual([])
  })

  it('is also what somebody else has thrown away meanwhile, for good too', () => {
    const doc = notebook()
    for (const id of ['a', 'b'] as CellId[]) removeCell(doc, id, { by: 'Ada', at: 1 })
    purgeCells(doc, readBin(doc).filter(({ id }) => id === 'b'))
    cellText(doc, 'a' as CellId)?.insert(0, 'mine ')
    expect(stranded(doc, 'a', 'b', 'c').map(({ source }) => source)).toEqual(['c = 1', 'mine a = 1', 'b = 1'])
  })
})

describe('before the copy in this browser is dropped', () => {
  const docOf = (source: string) => {
    const doc = new Y.Doc()
    createNotebook(doc, { title: 'One', cells: [cell('a', source)] })
    return doc
  }
  const ended = (readCopy: (edited: Set<CellId>) => Promise<void>, ...edited: string[]) => {
    const editedCells = new Set(edited as CellId[])
    return { page: { id: NOTEBOOK }, room: { doc: docOf('a = 1'), editedCells, readCopy: () => readCopy(editedCells) } } as unknown as NotebookSession
  }

  it('what a closed tab left in it is carried, though this one has saved all of its own', async () => {
    expect(await carryUnsaved(ended(async (edited) => void edited.add('a' as CellId)))).toEqual([])
    expect(carriedCells(NOTEBOOK)).toEqual([cell('a', 'a = 1')])
  })

  it('what this one wrote is carried, though the copy cannot be read any more', async () => {
    expect(await carryUnsaved(ended(() => Promise.reject(new Error('closed')), 'a'))).toEqual([])
    expect(carriedCells(NOTEBOOK)).toEqual([cell('a', 'a = 1')])
  })

  it('nothing is carried where all is saved', async () => {
    expect(await carryUnsaved(ended(async () => {}))).toEqual([])
    expect(carriedCells(NOTEBOOK)).toEqual([])
  })
})

describe('carrying cells over a reload', () => {
  it('keeps all that has room, in the order of the notebook', () => {
    expect(carryOver(NOTEBOOK, [cell('a', 'long '.repeat(20)), cell('b', 'x')])).toEqual([])
    expect(ids(carriedCells(NOTEBOOK))).toBe('ab')
    dropCarried(NOTEBOOK)
    expect(carriedCells(NOTEBOOK)).toEqual([])
  })

  it('keeps the small ones where a large one has no room, and says which are left', () => {
    const left = carryOver(NOTEBOOK, [cell('a', 'x'), cell('b', 'y'.repeat(2 * ROOM)), cell('c', 'z'.repeat(ROOM)), cell('d', 'w')])
    expect(ids(left)).toBe('bc')
    expect(ids(carriedCells(NOTEBOOK))).toBe('ad')
    expect(ids(carryOver('another', [cell('a', 'y'.repeat(ROOM))]))).toBe('a')
  })

  it('adds to what is carried and not put back yet, each once', () => {
    carryOver(NOTEBOOK, [cell('a', 'first')])
    for (let press = 0; press < 2; press += 1) expect(ids(carryOver(NOTEBOOK, [cell('b', 'second'), cell('c', 'z'.repeat(ROOM))]))).toBe('c')
    expect(ids(carriedCells(NOTEBOOK))).toBe('ab')
  })
})
