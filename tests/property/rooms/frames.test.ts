/**
 * B1: what a stranger can send to a room, at the two places where bytes become something: reading a frame and applying
 * an update. Nothing throws, nothing half-read changes the document, nothing holds the process up.
 */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { applyUpdate } from '#server/rooms/apply-update.ts'
import { decodeMessage } from '#server/rooms/protocol.ts'
import { below, damage, oneOf, seeded } from '../../support/chance.ts'

const CASES = 20_000
const FRAME_MAX_MS = 50
const id = (text: string) => text as CellId

/** Updates of a lively notebook by three people, in order. */
function liveUpdates(): Uint8Array[] {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  createNotebook(doc, { title: 'Delays', cells: [{ id: id('a'), kind: 'python', source: 'x = 1' }, { id: id('b'), kind: 'sql', source: 'select 1' }] })
  const people = [new Y.Doc(), new Y.Doc()]
  for (let round = 0; round < 10; round += 1) {
    for (const person of people) {
      Y.applyUpdate(person, Y.encodeStateAsUpdate(doc))
      cellText(person, id('a'))?.insert(0, `# ${round} `)
      insertCell(person, { id: id(`c${round}`), kind: 'markdown', source: 'text' }, { after: id('a') })
      moveCell(person, id('b'), 'start')
      cellText(person, id('b'))?.delete(0, 1)
      if (round % 3 === 0) removeCell(person, id(`c${round}`), { by: 'Ada', at: 0 })
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(person, Y.encodeStateVector(doc)))
    }
  }
  return [...updates, Y.encodeStateAsUpdate(doc)]
}

function loaded(updates: Uint8Array[], count: number): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates.slice(0, count)) Y.applyUpdate(doc, update)
  return doc
}

function timed(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

describe('B1', () => {
  it(`${CASES} damaged updates: refused whole or applied whole, quickly, and the document can always be stored and opened`, () => {
    const updates = liveUpdates()
    const random = seeded(20_260_801)
    const kinds = { malformed: 0, 'too-many': 0, forbidden: 0, broken: 0, applied: 0 }
    for (let group = 0; group < CASES / 50; group += 1) {
      const count = below(random, updates.length)
      const doc = loaded(updates, count)
      for (let i = 0; i < 50; i += 1) {
        const update = damage(oneOf(random, updates), random)
        const before = Y.encodeStateAsUpdate(doc)
        const began = performance.now()
        const { kind } = applyUpdate(doc, update)
        const took = performance.now() - began
        kinds[kind] += 1
        if (kind === 'malformed') expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
        // The room is loaded anew after one of these: see the integration test.
        if (kind === 'broken') break
        if (took > FRAME_MAX_MS) expect(Math.min(...[1, 2, 3].map(() => timed(() => applyUpdate(loaded(updates, count), update))))).toBeLessThan(FRAME_MAX_MS)
        expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
      }
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      expect(readNotebook(copy).cells.length).toBeLessThanOrEqual(12)
    }
    expect(kinds.broken).toBeLessThan(5)
    expect(kinds.malformed).toBeGreaterThan(CASES / 4)
    expect(kinds.applied).toBeGreaterThan(0)
  })

  it(`${CASES} random frames are read or refused, and never throw`, () => {
    const random = seeded(7)
    for (let i = 0; i < CASES; i += 1) {
      const frame = Uint8Array.from({ length: below(random, 40) }, (_, at) => (at < 2 ? below(random, 4) : below(random, 256)))
      expect(decodeMessage(frame).kind).toMatch(/^(malformed|unknown|step1|step2|update|awareness|query-awareness)$/)
    }
  })

  it.each([
    ['two hundred million structs', [1, 255, 255, 255, 95, 1, 0]],
    ['two hundred million clients', [255, 255, 255, 95, 1, 1, 0]],
    ['a clock at the end of numbers', [1, 1, 1, 255, 255, 255, 255, 255, 255, 255, 15, 0, 1, 0]],
    ['a length at the end of numbers', [1, 1, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255, 15, 0]],
    ['two hundred million deletions', [0, 1, 1, 255, 255, 255, 95, 1]],
  ])('a bomb of %s is refused at once', (_name, bytes) => {
    const doc = new Y.Doc()
    expect(timed(() => expect(applyUpdate(doc, Uint8Array.from(bytes))).toEqual({ kind: 'malformed' }))).toBeLessThan(FRAME_MAX_MS)
  })
})
