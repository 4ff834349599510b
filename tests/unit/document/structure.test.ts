/** Cells as wholes: the bin, splitting, merging, and undo that takes nothing of what others wrote since. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { emptyBin, isBinDue } from '#lib/document/empty-bin.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { purgeCells } from '#lib/document/purge-cell.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import { BIN_KEEPS_MS } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

const id = (text: string) => text as CellId
const ADA = { by: 'Ada', at: 1000 }

function notebook(...sources: [name: string, source: string][]): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: sources.map(([name, source]) => ({ id: id(name), kind: 'python', source })) })
  return doc
}

function exchange(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  exchange(doc, copy)
  return copy
}

const shown = (doc: Y.Doc): string => readNotebook(doc).cells.map((cell) => `${cell.id}:${cell.source}`).join(' ')
const binned = (doc: Y.Doc): string => readBin(doc).map((cell) => `${cell.id}:${cell.source}`).join(' ')
const change = (doc: Y.Doc, one: StructureChange): StructureChange => changeStructure(doc, one, ADA) ?? expect.fail('nothing was changed')
const lock = (doc: Y.Doc, name: string): void => void (doc.getMap('cells').get(name) as Y.Map<unknown>).set('lock', { by: 'Owner', at: 1 })

describe('the bin', () => {
  it('takes a cell out of the notebook and gives it back in its place, with what was typed meanwhile', () => {
    const ada = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'])
    const bob = copyOf(ada)
    removeCell(ada, id('b'), ADA)
    cellText(bob, id('b'))?.insert(3, ' typed')
    exchange(ada, bob)
    for (const doc of [ada, bob]) {
      expect(shown(doc)).toBe('a:one c:three')
      expect(readBin(doc)).toEqual([{ id: 'b', kind: 'python', source: 'two typed', bin: ADA }])
    }
    restoreCell(bob, id('b'))
    exchange(ada, bob)
    expect([shown(ada), binned(ada)]).toEqual(['a:one b:two typed c:three', ''])
  })

  it('keeps the place of a cell where others are added or moved meanwhile: they stand beside it when it comes back', () => {
    const doc = notebook(['a', ''], ['m', ''], ['z', ''])
    removeCell(doc, id('m'), ADA)
    insertCell(doc, { id: id('n'), kind: 'sql' }, { after: id('a') })
    insertCell(doc, { id: id('o'), kind: 'sql' }, { before: id('z') })
    restoreCell(doc, id('m'))
    expect(shown(doc)).toBe('a: n: m: o: z:')
    insertCell(doc, { id: id('x'), kind: 'sql' }, { after: id('m') })
    expect(shown(doc)).toBe('a: n: m: x: o: z:')
  })

  it('comes back into a tie with what somebody else put there without knowing of it, and the next addition resolves it', () => {
    const [mine, theirs] = [notebook(['a', ''], ['m', ''], ['z', '']), new Y.Doc()]
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine))
    removeCell(mine, id('m'), ADA)
    removeCell(theirs, id('m'), ADA)
    insertCell(mine, { id: id('n'), kind: 'sql' }, { after: id('a') })
    insertCell(theirs, { id: id('o'), kind: 'sql' }, { after: id('a') })
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs))
    restoreCell(mine, id('m'))
    expect(shown(mine)).toBe('a: n: o: m: z:')
    insertCell(mine, { id: id('x'), kind: 'sql' }, { after: id('n') })
    expect(shown(mine)).toBe('a: n: x: o: m: z:')
  })

  it('lists the newest first, and who deleted first is who deleted', () => {
    const doc = notebook(['a', ''], ['b', ''], ['c', ''])
    removeCell(doc, id('a'), { by: 'Ada', at: 5 })
    removeCell(doc, id('c'), { by: 'Bob', at: 9 })
    removeCell(doc, id('a'), { by: 'Bob', at: 20 })
    expect(readBin(doc).map((cell) => `${cell.id} ${cell.bin.by} ${cell.bin.at}`)).toEqual(['c Bob 9', 'a Ada 5'])
  })

  it('is emptied 30 days after the server first saw a cell in it, whatever a browser’s clock said', () => {
    const doc = notebook(['a', 'old'], ['b', 'new'])
    const now = Date.UTC(2026, 10, 1)
    expect(isBinDue(doc, now)).toBe(false)
    removeCell(doc, id('a'), { by: 'Ada', at: 0 })
    expect(isBinDue(doc, now)).toBe(true)
    emptyBin(doc, now)
    expect([binned(doc), isBinDue(doc, now + BIN_KEEPS_MS - 1)]).toEqual(['a:old', false])
    emptyBin(doc, now + BIN_KEEPS_MS - 1)
    expect(binned(doc)).toBe('a:old')
    emptyBin(doc, now + BIN_KEEPS_MS)
    expect([shown(doc), binned(doc), cellText(doc, id('a'))]).toEqual(['b:new', '', null])
  })

  it('counts anew for a cell that came back and was deleted again', () => {
    const doc = notebook(['a', 'text'])
    removeCell(doc, id('a'), ADA)
    emptyBin(doc, 0)
    restoreCell(doc, id('a'))
    removeCell(doc, id('a'), ADA)
    emptyBin(doc, BIN_KEEPS_MS)
    expect(binned(doc)).toBe('a:text')
  })

  it('lets go for good what was seen in it, and nothing that is live, locked or was changed since it was seen', () => {
    const doc = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'], ['d', 'four'])
    const undo = change(doc, { do: 'bin', ids: [id('a'), id('b'), id('c')] })
    const seen = readBin(doc)
    cellText(doc, id('b'))?.insert(0, 'more than ')
    lock(doc, 'c')
    expect(purgeCells(doc, [...seen, { id: id('d'), kind: 'python', source: 'four', bin: ADA }])).toEqual(['a'])
    expect([shown(doc), binned(doc)]).toEqual(['d:four', 'b:more than two c:three'])
    expect(purgeCells(doc, seen)).toEqual([])
    // Z brings back what is left of that deletion.
    change(doc, undo)
    expect([shown(doc), binned(doc)]).toEqual(['b:more than two d:four', 'c:three'])
    expect(changeStructure(doc, { do: 'restore', ids: [id('a')] }, ADA)).toBeNull()
  })

  it('shows a cell again that was deleted for good and has words that nobody had seen then', () => {
    const ada = notebook(['a', 'one'], ['b', ''])
    removeCell(ada, id('a'), ADA)
    const bob = copyOf(ada)
    purgeCells(ada, readBin(ada))
    cellText(bob, id('a'))?.insert(3, ' unseen')
    expect(binned(ada)).toBe('')
    exchange(ada, bob)
    expect([binned(ada), binned(bob)]).toEqual(['a:one unseen', 'a:one unseen'])
  })
})

describe('splitting and merging', () => {
  it.each([
    ['one\ntwo\nthree', 4, 'one', 'two\nthree'],
    ['one\ntwo', 3, 'one', 'two'],
    ['one two', 3, 'one', ' two'],
    ['one', 0, '', 'one'],
    ['one', 99, 'one', ''],
    ['a😀b', 2, 'a', '😀b'],
    ['\n\n', 1, '', '\n'],
  ])('splits %j at %i, takes no letter away, and merges back as it was', (source, at, head, tail) => {
    const doc = notebook(['a', source], ['z', 'last'])
    const back = change(doc, { do: 'split', id: id('a'), at, newId: id('n') })
    expect(readNotebook(doc).cells.map((cell) => cell.source)).toEqual([head, tail, 'last'])
    change(doc, back)
    expect([shown(doc), binned(doc)]).toEqual([`a:${source} z:last`, ''])
  })

  it('leaves with the upper cell what another typed meanwhile in the part that left', () => {
    const ada = notebook(['a', 'onetwo'])
    const bob = copyOf(ada)
    change(ada, { do: 'split', id: id('a'), at: 3, newId: id('n') })
    cellText(bob, id('a'))?.insert(5, 'XX')
    exchange(ada, bob)
    expect(shown(bob)).toBe('a:oneXX n:two')
  })

  it('puts what another typed meanwhile in a cell that was merged away into the bin', () => {
    const ada = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'])
    const bob = copyOf(ada)
    change(ada, { do: 'merge', into: id('a'), parts: [{ id: id('b'), joint: '\n' }, { id: id('c'), joint: '\n' }] })
    expect([shown(ada), binned(ada)]).toEqual(['a:one\ntwo\nthree', ''])
    cellText(bob, id('b'))?.insert(3, '!')
    exchange(ada, bob)
    expect(readBin(bob)).toEqual([{ id: 'b', kind: 'python', source: '!', bin: { ...ADA, into: 'a' } }])
  })

  it('doubles words that two people move at once, and loses none: two splits, two merges, one of each', () => {
    const split = (at: number, newId: string): StructureChange => ({ do: 'split', id: id('a'), at, newId: id(newId) })
    const merge: StructureChange = { do: 'merge', into: id('a'), parts: [{ id: id('b'), joint: ' ' }] }
    const both = (one: StructureChange, other: StructureChange): string => {
      const ada = notebook(['a', 'one two three'], ['b', 'four'])
      const bob = copyOf(ada)
      change(ada, one)
      change(bob, other)
      exchange(ada, bob)
      expect(readNotebook(bob)).toEqual(readNotebook(ada))
      return readNotebook(ada).cells.map((cell) => cell.source).sort().join('|')
    }
    expect(both(split(3, 'm'), split(7, 'n'))).toBe(' three| two three|four|one')
    expect(both(merge, merge)).toBe('one two three four four')
    expect(both({ do: 'split', id: id('b'), at: 2, newId: id('n') }, merge)).toBe('one two three four|ur')
  })
})

describe('structural undo', () => {
  it('puts an added cell in the bin with what others typed in it, and brings it back', () => {
    const doc = notebook(['a', 'one'])
    const undo = change(doc, { do: 'add', cells: [{ id: id('n'), kind: 'sql', source: 'select 1' }], place: 'end' })
    cellText(doc, id('n'))?.insert(8, ' as theirs')
    const redo = change(doc, undo)
    expect([shown(doc), binned(doc)]).toEqual(['a:one', 'n:select 1 as theirs'])
    change(doc, redo)
    expect(shown(doc)).toBe('a:one n:select 1 as theirs')
  })

  it('parts what was merged, with what others typed in it since, and merges it again', () => {
    const doc = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'])
    const undo = change(doc, { do: 'merge', into: id('a'), parts: [{ id: id('b'), joint: '\n' }, { id: id('c'), joint: '\n' }] })
    cellText(doc, id('a'))?.insert(0, '>')
    cellText(doc, id('a'))?.insert(8, '<')
    const redo = change(doc, undo)
    expect(shown(doc)).toBe('a:>one b:two< c:three')
    change(doc, redo)
    expect(shown(doc)).toBe('a:>one\ntwo<\nthree')
  })

  it('moves back what nobody moved again, and leaves the rest', () => {
    const doc = notebook(['a', ''], ['b', ''], ['c', ''], ['d', ''])
    const undo = change(doc, { do: 'move', ids: [id('c'), id('a')], place: 'end' })
    expect(shown(doc)).toBe('b: d: a: c:')
    change(doc, { do: 'move', ids: [id('c')], place: { after: id('b') } })
    change(doc, undo)
    expect(shown(doc)).toBe('a: b: c: d:')
    expect(changeStructure(doc, undo, ADA)).toBeNull()
  })

  it('takes several changes back from the last to the first: cells cut from one place and put at another, and there and back again', () => {
    const doc = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'], ['d', 'four'])
    change(doc, { do: 'bin', ids: [id('a'), id('c')] })
    cellText(doc, id('a'))?.insert(3, ' as theirs')
    const undo = change(doc, { do: 'all', changes: [{ do: 'restore', ids: [id('a'), id('c')] }, { do: 'move', ids: [id('a'), id('c')], place: { after: id('d') } }] })
    expect(shown(doc)).toBe('b:two d:four a:one as theirs c:three')
    const redo = change(doc, undo)
    expect([shown(doc), binned(doc)]).toEqual(['b:two d:four', expect.stringContaining('a:one as theirs')])
    const again = change(doc, redo)
    expect(shown(doc)).toBe('b:two d:four a:one as theirs c:three')
    change(doc, again)
    change(doc, { do: 'restore', ids: [id('a'), id('c')] })
    expect(shown(doc)).toBe('a:one as theirs b:two c:three d:four')
    expect(changeStructure(doc, { do: 'all', changes: [{ do: 'restore', ids: [id('a')] }, { do: 'kind', ids: [id('a')], kind: 'python' }] }, ADA)).toBeNull()
  })

  it('gives a kind back only while it is the one that was set', () => {
    const doc = notebook(['a', ''], ['b', ''])
    const undo = change(doc, { do: 'kind', ids: [id('a'), id('b')], kind: 'sql' })
    change(doc, { do: 'kind', ids: [id('b')], kind: 'markdown' })
    change(doc, undo)
    expect(readNotebook(doc).cells.map((cell) => cell.kind)).toEqual(['python', 'markdown'])
  })

  it('passes over cells that are locked, which the room would refuse with everything beside them', () => {
    const doc = notebook(['a', 'one'], ['b', 'two'], ['c', 'three'])
    lock(doc, 'b')
    change(doc, { do: 'bin', ids: [id('a'), id('b')] })
    expect(shown(doc)).toBe('b:two c:three')
    for (const one of [
      { do: 'bin', ids: [id('b')] }, { do: 'kind', ids: [id('b')], kind: 'sql' }, { do: 'split', id: id('b'), at: 1, newId: id('n') },
      { do: 'merge', into: id('b'), parts: [{ id: id('c'), joint: '' }] }, { do: 'merge', into: id('c'), parts: [{ id: id('b'), joint: '' }] },
    ] satisfies StructureChange[]) expect(changeStructure(doc, one, ADA)).toBeNull()
    expect(shown(doc)).toBe('b:two c:three')
    change(doc, { do: 'move', ids: [id('b')], place: 'end' })
    expect(shown(doc)).toBe('c:three b:two')
  })
})
