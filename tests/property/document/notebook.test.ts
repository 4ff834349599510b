/** Whatever people do at once, everybody ends with one notebook, and nobody's words get lost by another's move. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import type { Place } from '#lib/document/order.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { cellText, readNotebook, readOutline } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { CELL_KINDS, type CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

type Act =
  | { do: 'insert'; place: number; kind: CellKind }
  | { do: 'move'; cell: number; place: number }
  | { do: 'remove' | 'type'; cell: number }
  | { do: 'kind'; cell: number; kind: CellKind }
  | { do: 'sync' }

const small = fc.nat({ max: 12 })
const kind = fc.constantFrom(...CELL_KINDS)
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('insert' as const), place: small, kind }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), cell: small, place: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), cell: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('type' as const), cell: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kind' as const), cell: small, kind }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sync' as const }) },
)
const script = fc.array(fc.record({ who: fc.nat({ max: 2 }), act }), { maxLength: 60 })

function start(count: number): Y.Doc[] {
  const first = new Y.Doc()
  first.clientID = 1
  createNotebook(first, { title: 'Delays', cells: ['a', 'b', 'c'].map((id) => ({ id: id as CellId, kind: 'python', source: '' })) })
  return Array.from({ length: count }, (_, i) => {
    const doc = new Y.Doc()
    doc.clientID = 10 + i
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first))
    return doc
  })
}

function sync(docs: Y.Doc[]): void {
  for (let round = 0; round < 2; round += 1) {
    for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
  }
}

const ids = (doc: Y.Doc): CellId[] => readOutline(doc).map((cell) => cell.id)
const pick = (doc: Y.Doc, n: number): CellId => (ids(doc)[n % Math.max(1, ids(doc).length)] ?? 'none') as CellId
const placeOf = (doc: Y.Doc, n: number): Place => n === 0 ? 'start' : n === 1 ? 'end' : n % 2 === 0 ? { after: pick(doc, n) } : { before: pick(doc, n) }

/** Does it, and checks that the one who did it sees just that. */
function perform(doc: Y.Doc, one: Act, word: string): void {
  const before = ids(doc)
  if (one.do === 'insert') {
    const place = placeOf(doc, one.place)
    insertCell(doc, { id: `n${word}` as CellId, kind: one.kind }, place)
    expect(ids(doc)).toEqual(withCell(before, `n${word}` as CellId, place))
  } else if (one.do === 'move') {
    const [cell, place] = [pick(doc, one.cell), placeOf(doc, one.place)]
    moveCell(doc, cell, place)
    if (before.length > 0 && !(typeof place === 'object' && Object.values(place)[0] === cell)) {
      expect(ids(doc)).toEqual(withCell(before.filter((id) => id !== cell), cell, place))
    }
  } else if (one.do === 'remove') removeCell(doc, pick(doc, one.cell), { by: 'Ada', at: 0 })
  else if (one.do === 'kind') changeKind(doc, pick(doc, one.cell), one.kind)
  else if (one.do === 'type') cellText(doc, pick(doc, one.cell))?.insert(0, `⟦${word}⟧`)
}

function withCell(list: CellId[], id: CellId, place: Place): CellId[] {
  if (place === 'start') return [id, ...list]
  const anchor = place === 'end' ? -1 : list.indexOf('after' in place ? place.after : place.before)
  if (place === 'end' || anchor === -1) return [...list, id]
  return list.toSpliced('after' in place ? anchor + 1 : anchor, 0, id)
}

describe('a notebook that three people change at once', () => {
  it('is one notebook for all of them, each cell once, and each change did what its author meant', () => {
    fc.assert(fc.property(script, (steps) => {
      const docs = start(3)
      steps.forEach(({ who, act: one }, i) => (one.do === 'sync' ? sync(docs) : perform(docs[who]!, one, String(i))))
      sync(docs)
      const [first, ...others] = docs.map(readNotebook)
      for (const other of others) expect(other).toEqual(first)
      expect(new Set(first?.cells.map((cell) => cell.id)).size).toBe(first?.cells.length)
    }), { numRuns: 300 })
  })

  it('keeps every word, however its cell was moved and whoever put it in the bin', () => {
    fc.assert(fc.property(script, (steps) => {
      const docs = start(3)
      const typed: { cell: CellId; word: string }[] = []
      steps.forEach(({ who, act: one }, i) => {
        const doc = docs[who]!
        if (one.do === 'sync') return sync(docs)
        if (one.do === 'type' && ids(doc).length > 0) typed.push({ cell: pick(doc, one.cell), word: `⟦${i}⟧` })
        perform(doc, one, String(i))
      })
      sync(docs)
      const cells = new Map([...readNotebook(docs[0]!).cells, ...readBin(docs[0]!)].map((cell) => [cell.id, cell.source]))
      for (const { cell, word } of typed) expect(cells.get(cell)?.split(word)).toHaveLength(2)
    }), { numRuns: 300 })
  })

  it('has room between any two cells after a thousand insertions at one place', () => {
    const [one, two] = start(2) as [Y.Doc, Y.Doc]
    for (let i = 0; i < 500; i += 1) {
      insertCell(one, { id: `o${i}` as CellId, kind: 'sql' }, { after: 'a' as CellId })
      insertCell(two, { id: `t${i}` as CellId, kind: 'sql' }, { before: 'b' as CellId })
    }
    sync([one, two])
    for (const cell of ids(one).slice(0, 300)) insertCell(one, { id: `x${cell}` as CellId, kind: 'sql' }, { after: cell })
    sync([one, two])
    expect(ids(two)).toEqual(ids(one))
    expect(ids(one)).toHaveLength(1303)
    expect(ids(one).slice(0, 4)).toEqual(['a', 'xa', ids(one)[2], `x${ids(one)[2] ?? ''}`])
  })
})
