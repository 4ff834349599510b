/**
 * L11, B3: three people add, type, delete, restore, put elsewhere what was deleted, move, split, merge, change kinds and undo at once, and exchange what
 * they did in any order. All end with one notebook and one bin, and every word is there: once, unless two people moved
 * that very word to other cells at the same time without knowing of each other; then it may be there twice, never lost.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { readBin } from '#lib/document/read-bin.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { CELL_KINDS, type CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

type Act =
  | { do: 'add' | 'type' | 'bin' | 'restore' | 'move' | 'carry' | 'split' | 'merge' | 'undo' | 'redo'; a: number; b: number }
  | { do: 'kind'; a: number; kind: CellKind }
  | { do: 'meet'; a: number }

const small = fc.nat({ max: 30 })
const doing = (name: Exclude<Act['do'], 'kind' | 'meet'>, weight: number) => ({ weight, arbitrary: fc.record({ do: fc.constant(name), a: small, b: small }) })
const act: fc.Arbitrary<Act> = fc.oneof(
  doing('add', 2), doing('type', 8), doing('bin', 2), doing('restore', 2), doing('move', 2), doing('carry', 1), doing('split', 3), doing('merge', 3), doing('undo', 3), doing('redo', 2),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kind' as const), a: small, kind: fc.constantFrom(...CELL_KINDS) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('meet' as const), a: small }) },
)
const script = fc.array(fc.record({ who: fc.nat({ max: 2 }), act }), { maxLength: 80 })

interface Person {
  doc: Y.Doc
  undo: StructureChange[]
  redo: StructureChange[]
  /** Moves of words between cells that this person did or has received. */
  known: Set<number>
}

class World {
  readonly people: Person[]
  readonly tokens: string[] = []
  readonly contested = new Set<string>()
  readonly #moves: { token: string; number: number }[] = []
  #acts = 0

  constructor() {
    const first = new Y.Doc()
    first.clientID = 1
    createNotebook(first, { title: 'Delays', cells: ['a', 'b', 'c'].map((id) => ({ id: id as CellId, kind: 'python', source: this.token() })) })
    this.people = [10, 11, 12].map((clientID) => {
      const doc = new Y.Doc()
      doc.clientID = clientID
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(first))
      return { doc, undo: [], redo: [], known: new Set() }
    })
  }

  token(): string {
    this.tokens.push(`⟦${this.tokens.length}⟧`)
    return this.tokens.at(-1) ?? ''
  }

  perform(who: number, one: Act): void {
    const person = this.people[who]!
    if (one.do === 'meet') return this.#meet(person, this.people[one.a % 3]!)
    if (one.do === 'type') return this.#type(person.doc, one)
    const before = placesOf(person.doc)
    if (one.do === 'undo') step(person.doc, person.undo, person.redo)
    else if (one.do === 'redo') step(person.doc, person.redo, person.undo)
    else {
      const change = this.#changeOf(person.doc, one)
      const back = change === null ? null : changeStructure(person.doc, change, { by: `p${who}`, at: this.tokens.length })
      if (back !== null) person.undo.push(back)
    }
    this.#noteMoves(person, before)
  }

  meetAll(): void {
    for (let round = 0; round < 2; round += 1) for (const one of this.people) for (const other of this.people) this.#meet(one, other)
  }

  #meet(one: Person, other: Person): void {
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc, Y.encodeStateVector(other.doc)))
    for (const number of one.known) other.known.add(number)
  }

  /** Also into a cell that lies in the bin: its author may not know yet. */
  #type(doc: Y.Doc, { a, b }: { a: number; b: number }): void {
    const all = [...readNotebook(doc).cells, ...readBin(doc)]
    const text = cellText(doc, (all[a % Math.max(1, all.length)]?.id ?? 'none') as CellId)
    if (text !== null) text.insert(seam(text.toString(), b), this.token())
  }

  #changeOf(doc: Y.Doc, one: Exclude<Act, { do: 'meet' }>): StructureChange | null {
    const { cells } = readNotebook(doc)
    const bin = readBin(doc)
    const at = one.a % Math.max(1, cells.length)
    const cell = cells[at]
    const number = this.tokens.length
    if (one.do === 'add') return { do: 'add', cells: [{ id: `n${number}` as CellId, kind: 'sql', source: this.token() }], place: cell === undefined ? 'end' : { after: cell.id } }
    if (one.do === 'restore') return bin.length === 0 ? null : { do: 'restore', ids: [bin[one.a % bin.length]!.id] }
    if (one.do === 'carry') {
      const ids = bin.slice(0, 1 + (one.b % 2)).map(({ id }) => id)
      return ids.length === 0 ? null : { do: 'all', changes: [{ do: 'restore', ids }, { do: 'move', ids, place: cell === undefined ? 'end' : { after: cell.id } }] }
    }
    if (cell === undefined) return null
    if (one.do === 'kind') return { do: 'kind', ids: [cell.id], kind: one.kind }
    const some = cells.slice(at, at + 1 + (one.b % 3)).map(({ id }) => id)
    if (one.do === 'bin') return { do: 'bin', ids: some }
    if (one.do === 'move') return { do: 'move', ids: some, place: { before: cells[one.b % cells.length]!.id } }
    if (one.do === 'split') return { do: 'split', id: cell.id, at: seam(cell.source, one.b), newId: `s${this.#acts}` as CellId }
    return { do: 'merge', into: cell.id, parts: some.slice(1).map((id) => ({ id, joint: '\n' })) }
  }

  #noteMoves(person: Person, before: Map<string, string>): void {
    const number = (this.#acts += 1)
    for (const [token, place] of placesOf(person.doc)) {
      if (!before.has(token) || before.get(token) === place) continue
      if (this.#moves.some((move) => move.token === token && !person.known.has(move.number))) this.contested.add(token)
      this.#moves.push({ token, number })
    }
    person.known.add(number)
  }
}

function step(doc: Y.Doc, from: StructureChange[], to: StructureChange[]): void {
  const change = from.pop()
  const back = change === undefined ? null : changeStructure(doc, change, { by: 'undo', at: 0 })
  if (back !== null) to.push(back)
}

/** Between words, never in one. */
function seam(text: string, n: number): number {
  const ends = [0, ...[...text.matchAll(/⟧/g)].map((match) => match.index + 1)]
  return ends[n % ends.length] ?? 0
}

function placesOf(doc: Y.Doc): Map<string, string> {
  const places = new Map<string, string>()
  for (const { id, source } of [...readNotebook(doc).cells, ...readBin(doc)]) {
    for (const [token] of source.matchAll(/⟦\d+⟧/g)) places.set(token, `${places.get(token) ?? ''} ${id}`)
  }
  return places
}

const wholeText = (doc: Y.Doc): string => [...readNotebook(doc).cells, ...readBin(doc)].map(({ source }) => source).join('|')

describe('L11 B3 cells that three people change as wholes at once', () => {
  it('are one notebook and one bin for all, with every word once, or twice where two moved it at once', () => {
    fc.assert(fc.property(script, (steps) => {
      const world = new World()
      for (const { who, act: one } of steps) world.perform(who, one)
      world.meetAll()
      const [first, ...others] = world.people.map(({ doc }) => ({ text: readNotebook(doc), bin: readBin(doc) }))
      for (const other of others) expect(other).toEqual(first)
      const whole = wholeText(world.people[0]!.doc)
      const counts = world.tokens.map((token) => ({ token, times: whole.split(token).length - 1 }))
      expect(counts.filter(({ times }) => times === 0)).toEqual([])
      expect(counts.filter(({ token, times }) => times !== 1 && !world.contested.has(token))).toEqual([])
    }), { numRuns: 600 })
  })

  it('come back as they were when one person undoes everything alone, and go there again', () => {
    fc.assert(fc.property(fc.array(act.filter((one) => !['meet', 'type', 'undo', 'redo'].includes(one.do)), { maxLength: 25 }), (acts) => {
      const world = new World()
      const { doc, undo, redo } = world.people[0]!
      const start = readNotebook(doc)
      for (const one of acts) world.perform(0, one)
      const end = readNotebook(doc)
      while (undo.length > 0) step(doc, undo, redo)
      expect(readNotebook(doc)).toEqual(start)
      while (redo.length > 0) step(doc, redo, undo)
      expect(readNotebook(doc)).toEqual(end)
    }), { numRuns: 300, examples: [[[{ do: 'bin', a: 0, b: 0 }, { do: 'move', a: 21, b: 0 }, { do: 'restore', a: 0, b: 0 }, { do: 'split', a: 0, b: 0 }]]] })
  })
})
