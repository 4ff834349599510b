/** Whatever is typed around a commented piece of text, its comment stays on the same letters. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { anchorText, carryAnchor, findAnchor, type TextAnchor } from '#lib/document/text-anchor.ts'
import type { CellId } from '#lib/domain/ids.ts'

const CELL = 'c1' as CellId

function docOf(source: string, clientID: number): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = clientID
  createNotebook(doc, { title: 'n', cells: [{ id: CELL, kind: 'python', source }] })
  return doc
}

function twin(doc: Y.Doc, clientID: number): Y.Doc {
  const other = new Y.Doc()
  other.clientID = clientID
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  return other
}

const textOf = (doc: Y.Doc): Y.Text => cellText(doc, CELL)!

function quoted(text: Y.Text, anchor: TextAnchor): string | null {
  const range = findAnchor(text, anchor)
  return range === null ? null : text.toString().slice(range.start, range.end)
}

const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '(') })
const piece = fc.record({ before: fc.string({ maxLength: 12, unit: fc.constantFrom('x', '\n', ' ') }), quote: word, after: fc.string({ maxLength: 12, unit: fc.constantFrom('y', '\n') }) })
/** `at` and `length` are shares of what there is on that side. */
const edit = fc.record({ who: fc.nat({ max: 1 }), side: fc.constantFrom('before', 'after'), isDelete: fc.boolean(), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat({ max: 6 }), text: fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('n', 'm', '\n') }) })

/** Does it outside the piece, as near to it as it may come: right before its first letter, right behind its last. */
function editOutside(text: Y.Text, anchor: TextAnchor, one: { side: string; isDelete: boolean; at: number; length: number; text: string }): void {
  const range = findAnchor(text, anchor)
  if (range === null) throw new Error('the piece is gone')
  const [low, high] = one.side === 'before' ? [0, range.start] : [range.end, text.length]
  const at = low + Math.round(one.at * (high - low))
  if (one.isDelete) text.delete(at, Math.min(one.length, high - at))
  else text.insert(at, one.text)
}

describe('a text anchor', () => {
  it('keeps its letters through any edits around it, by two people who meet now and then', () => {
    fc.assert(fc.property(piece, fc.array(edit, { maxLength: 40 }), fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ({ before, quote, after }, edits, meets) => {
      const one = docOf(before + quote + after, 1)
      const docs = [one, twin(one, 2)]
      const anchor = JSON.parse(JSON.stringify(anchorText(textOf(one), { start: before.length, end: before.length + quote.length }))) as TextAnchor
      const meet = () => docs.forEach((from) => docs.forEach((to) => Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))))
      edits.forEach((step, index) => {
        const text = textOf(docs[step.who]!)
        editOutside(text, anchor, step)
        expect(quoted(text, anchor)).toBe(quote)
        if (meets[index]) meet()
      })
      meet()
      for (const doc of docs) expect(quoted(textOf(doc), anchor)).toBe(quote)
    }), { numRuns: 300 })
  })

  it('holds what is typed inside it, and loses what is deleted inside it', () => {
    fc.assert(fc.property(piece, word, fc.double({ min: 0, max: 1, noNaN: true }), ({ before, quote, after }, typed, share) => {
      fc.pre(quote.length >= 2)
      const text = textOf(docOf(before + quote + after, 1))
      const anchor = anchorText(text, { start: before.length, end: before.length + quote.length })
      const at = 1 + Math.floor(share * (quote.length - 2))
      text.insert(before.length + at, typed)
      expect(quoted(text, anchor)).toBe(quote.slice(0, at) + typed + quote.slice(at))
      text.delete(before.length, at)
      expect(quoted(text, anchor)).toBe(typed + quote.slice(at))
    }), { numRuns: 200 })
  })

  it('is gone when its last letter is, whatever else is deleted with it, and an undo brings it back', () => {
    fc.assert(fc.property(piece, fc.nat({ max: 5 }), fc.nat({ max: 5 }), ({ before, quote, after }, left, right) => {
      const text = textOf(docOf(before + quote + after, 1))
      const undo = new Y.UndoManager(text)
      const anchor = anchorText(text, { start: before.length, end: before.length + quote.length })
      const from = Math.max(0, before.length - left)
      text.delete(from, Math.min(text.length, before.length + quote.length + right) - from)
      expect(quoted(text, anchor)).toBeNull()
      undo.undo()
      expect(quoted(text, anchor)).toBe(quote)
    }), { numRuns: 200 })
  })

  it('is carried to the same letters of a copy', () => {
    fc.assert(fc.property(piece, fc.array(edit, { maxLength: 10 }), ({ before, quote, after }, edits) => {
      const text = textOf(docOf(before + quote + after, 1))
      const anchor = anchorText(text, { start: before.length, end: before.length + quote.length })
      edits.forEach((step) => editOutside(text, anchor, step))
      const copy = textOf(docOf(text.toString(), 9))
      const carried = carryAnchor(text, copy, anchor)
      expect(carried).not.toBeNull()
      expect(quoted(copy, carried!)).toBe(quote)
      expect(findAnchor(copy, anchor)).toBeNull()
    }), { numRuns: 100 })
  })

  it('S21: is nowhere when a program sent something else', () => {
    const text = textOf(docOf('print(1)', 1))
    const other = { type: { client: 5, clock: 1 }, item: { client: 5, clock: 9 }, assoc: 0 }
    for (const bad of [null, 7, 'x', {}, { item: { client: 1, clock: -4 } }, { item: { client: 1, clock: 1e9 } }, { tname: 'cells' }, { tname: 'made-up' }, other]) {
      expect(findAnchor(text, { start: bad, end: bad })).toBeNull()
    }
    expect([...text.doc!.share.keys()].sort()).toEqual(['cells', 'meta'])
  })
})
