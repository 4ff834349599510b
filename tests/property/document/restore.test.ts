/** Restoring is an edit like any other: the document says what the version says, plus exactly what others typed meanwhile. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellsOf } from '#lib/document/keys.ts'
import { binnedCells } from '#lib/document/order.ts'
import { readKept } from '#lib/document/read-kept.ts'
import { cellText, readNotebook, readOutline } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import { restoreCellText, restoreText } from '#lib/document/restore-text.ts'
import { setRowLimit } from '#lib/document/row-limit.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { shareTableView } from '#lib/document/table-views.ts'
import { editsBetween } from '#lib/document/text-edits.ts'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { ROW_LIMITS } from '#lib/domain/row-limit.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'

const MARK = { by: 'ada', at: 1 }
const RIGHTS = { mark: MARK, mayChangeLocked: true }
const piece = fc.constantFrom('df', '.show()', '\n', ' ', 'é', '😀', '𝒳', 'select', '()', '1', '\n\n', '🏳️‍🌈')
const source = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(''))
const step = fc.record({ act: fc.nat({ max: 11 }), cell: fc.nat({ max: 9 }), at: fc.nat({ max: 40 }), text: source })
const steps = fc.array(step, { maxLength: 25 })

type Step = { act: number; cell: number; at: number; text: string }

function begin(): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: ['a', 'b', 'c', 'd'].map((id) => ({ id: id as CellId, kind: 'python', source: `${id} = 1\nprint(${id})` })) })
  return doc
}

const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** A place between two characters, never within one. */
const placeIn = (text: string, at: number): number => [...text].slice(0, at).join('').length

function perform(doc: Y.Doc, { act, cell, at, text }: Step, name: string): void {
  const cells = readOutline(doc)
  const id = cells[cell % Math.max(1, cells.length)]?.id
  const words = id === undefined ? null : cellText(doc, id)
  if (act === 0) insertCell(doc, { id: `n${name}` as CellId, kind: 'sql', source: text }, id === undefined ? 'end' : { after: id })
  else if (act === 7) renameNotebook(doc, `Title ${at}`)
  else if (id === undefined || words === null) return
  else if (act === 1) cellsOf(doc).delete(id)
  else if (act === 2) removeCell(doc, id, MARK)
  else if (act === 3) moveCell(doc, id, at % 2 === 0 ? 'start' : { after: cells[at % cells.length]!.id })
  else if (act === 4) changeKind(doc, id, CELL_KINDS[at % CELL_KINDS.length]!)
  else if (act === 9) setInputValue(doc, id, at % 5 === 0 ? null : at)
  else if (act === 10) setRowLimit(doc, [id], ROW_LIMITS[at % ROW_LIMITS.length]!)
  else if (act === 11) shareTableView(doc, id, at % 3, at % 4 === 0 ? null : { ...PLAIN_VIEW, hidden: [text] })
  else if (act === 8) binnedCells(doc).forEach((one) => restoreCell(doc, one.id))
  else if (act === 5) {
    const from = placeIn(words.toString(), at)
    words.delete(from, placeIn(words.toString(), at + 8) - from)
  } else words.insert(placeIn(words.toString(), at), text)
}

const without = (text: NotebookText, tokens: readonly string[]): NotebookText =>
  ({ ...text, cells: text.cells.map((cell) => ({ ...cell, source: tokens.reduce((rest, token) => rest.replace(token, ''), cell.source) })) })

describe('text edits', () => {
  it('turn any text into any other, and cut no character in half', () => {
    const long = fc.array(source, { maxLength: 400 }).map((parts) => parts.join('\n'))
    fc.assert(fc.property(fc.oneof(source, long), fc.oneof(source, long), (from, to) => {
      let text = from
      for (const { at, remove, insert } of editsBetween(from, to)) text = text.slice(0, at) + insert + text.slice(at + remove)
      expect(text).toBe(to)
      const shared = new Y.Doc().getText()
      shared.insert(0, from)
      for (const { at, remove, insert } of editsBetween(from, to)) {
        if (remove > 0) shared.delete(at, remove)
        if (insert !== '') shared.insert(at, insert)
      }
      expect(shared.toString()).toBe(to)
    }), { numRuns: 200 })
  })

  it('touch one word of a long text only', () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i} of a long text\n`)
    const edits = editsBetween(lines.join(''), lines.with(1500, 'line 1500 of a longer text\n').join(''))
    expect(edits.reduce((sum, edit) => sum + edit.remove + edit.insert.length, 0)).toBe(2)
  })

  it('are found within a second, however unlike two long texts are', () => {
    const noise = (seed: number) => Array.from({ length: 100_000 }, (_, i) => String.fromCharCode(97 + ((i * seed * 7919) % 26))).join('')
    const began = performance.now()
    expect(editsBetween(noise(3), noise(11)).length).toBeGreaterThan(0)
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('restoring a whole notebook', () => {
  it('says what the version said: texts, what stands beside them, order, kinds and title, whatever was done since', () => {
    fc.assert(fc.property(steps, steps, (before, since) => {
      const doc = begin()
      before.forEach((one, i) => perform(doc, one, `x${i}`))
      const version = readKept(doc)
      since.forEach((one, i) => perform(doc, one, `y${i}`))
      const others = readOutline(doc).map(({ id }) => id).filter((id) => !version.cells.some((cell) => cell.id === id))
      expect(restoreText(doc, version, RIGHTS)).toEqual([])
      expect(readKept(doc)).toEqual(version)
      expect(binnedCells(doc).map(({ id }) => id)).toEqual(expect.arrayContaining(others))
      // Twice is once.
      const state = Y.encodeStateVector(doc)
      restoreText(doc, version, RIGHTS)
      expect(Y.encodeStateVector(doc)).toEqual(state)
    }), { numRuns: 300 })
  })

  it('keeps exactly what somebody types meanwhile, in whichever cell, and nothing else', () => {
    const typing = fc.array(fc.record({ cell: fc.nat({ max: 9 }), at: fc.nat({ max: 40 }) }), { minLength: 1, maxLength: 12 })
    fc.assert(fc.property(steps, steps, typing, (before, since, strokes) => {
      const doc = begin()
      before.forEach((one, i) => perform(doc, one, `x${i}`))
      const version = readNotebook(doc)
      since.forEach((one, i) => perform(doc, one, `y${i}`))
      const mate = copyOf(doc)
      const typed = strokes.flatMap(({ cell, at }, i) => {
        const cells = readOutline(mate)
        const id = cells[cell % Math.max(1, cells.length)]?.id
        const text = id === undefined ? null : cellText(mate, id)
        if (id === undefined || text === null) return []
        const token = `⟦${i}⟧`
        text.insert(endOfToken(text.toString(), at), token)
        return [{ id, token }]
      })
      restoreText(doc, version, RIGHTS)
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(mate))
      Y.applyUpdate(mate, Y.encodeStateAsUpdate(doc))
      const after = readNotebook(doc)
      expect(readNotebook(mate)).toEqual(after)
      expect(without(after, typed.map(({ token }) => token))).toEqual(version)
      for (const { id, token } of typed) expect(cellText(doc, id)?.toString().split(token)).toHaveLength(2)
    }), { numRuns: 300 })
  })
})

/** Tokens are not typed into one another, nor into a character. */
function endOfToken(text: string, at: number): number {
  const place = placeIn(text, at)
  const open = text.lastIndexOf('⟦', place - 1)
  return open === -1 || text.indexOf('⟧', open) < place ? place : text.indexOf('⟧', open) + 1
}

describe('restoring one cell', () => {
  it('brings back that cell alone, with its id, at its place when it was gone', () => {
    const doc = begin()
    const version = readNotebook(doc)
    cellsOf(doc).delete('b')
    cellText(doc, 'c' as CellId)?.insert(0, 'changed ')
    restoreCellText(doc, version, 'b' as CellId, RIGHTS)
    expect(readNotebook(doc).cells.map(({ id, source }) => [id, source.split('\n')[0]])).toEqual([['a', 'a = 1'], ['b', 'b = 1'], ['c', 'changed c = 1'], ['d', 'd = 1']])
    removeCell(doc, 'a' as CellId, MARK)
    restoreCellText(doc, version, 'a' as CellId, RIGHTS)
    restoreCellText(doc, version, 'c' as CellId, RIGHTS)
    expect(readNotebook(doc)).toEqual(version)
  })

  it('leaves the place of a cell that is there, and every other cell', () => {
    fc.assert(fc.property(steps, fc.constantFrom('a', 'b', 'c', 'd'), (since, name) => {
      const doc = begin()
      const version = readNotebook(doc)
      since.forEach((one, i) => perform(doc, one, `y${i}`))
      const before = readNotebook(doc)
      restoreCellText(doc, version, name as CellId, RIGHTS)
      const after = readNotebook(doc)
      expect(after.cells.find(({ id }) => id === name)).toEqual(version.cells.find(({ id }) => id === name))
      expect({ ...after, cells: after.cells.filter(({ id }) => id !== name) }).toEqual({ ...before, cells: before.cells.filter(({ id }) => id !== name) })
    }))
  })
})

describe('a locked cell', () => {
  const lock = (doc: Y.Doc, id: string): void => void (doc.getMap('cells').get(id) as Y.Map<unknown>).set('lock', MARK)
  it('is left as it is by who may not change it, and named', () => {
    const doc = begin()
    const version = readNotebook(doc)
    for (const id of ['a', 'b']) cellText(doc, id as CellId)?.insert(0, 'since ')
    insertCell(doc, { id: 'new' as CellId, kind: 'sql' }, 'end')
    for (const id of ['a', 'c', 'new']) lock(doc, id)
    expect(restoreText(doc, version, { mark: MARK, mayChangeLocked: false })).toEqual(['a', 'new'])
    expect(readNotebook(doc).cells.map(({ id, source }) => [id, source.startsWith('since')])).toEqual([['a', true], ['b', false], ['c', false], ['d', false], ['new', false]])
    expect(restoreText(doc, version, RIGHTS)).toEqual([])
    expect(readNotebook(doc)).toEqual(version)
  })
})
