/** B1: a large update is cut into parts that others do not have to wait for, and that leave the same document. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodePieces } from '#lib/document/encode-pieces.ts'
import { applyParts, applyStored } from '#server/rooms/apply-parts.ts'
import { cutUpdate } from '#server/notebooks/cut-update.ts'
import { documentOf } from '#server/notebooks/document-of.ts'
import { createCutter } from '#server/rooms/cutter.ts'
import { PART_PIECES, readSmallUpdate } from '#server/rooms/read-update.ts'
import { below, seeded } from '../../support/chance.ts'
import { everySecondDeleted } from '../../support/every-second-deleted.ts'

/** All but where Yjs has joined neighbours to one piece, which depends on the order of coming. */
const fingerprint = (doc: Y.Doc): string => JSON.stringify([
  [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(), [...Y.createDeleteSetFromStructStore(doc.store).clients].sort(), doc.getText('t').toString(), Object.entries(doc.getMap('m').toJSON()).sort(),
])

/** What several people typed, deleted and set, each seeing the others' work now and then. */
function written(seed: number, steps: number): Y.Doc {
  const random = seeded(seed)
  const docs = Array.from({ length: 4 }, (_, i) => Object.assign(new Y.Doc(), { clientID: 10 + i * 7 }))
  for (let step = 0; step < steps; step += 1) {
    const doc = docs[below(random, docs.length)]!
    const text = doc.getText('t')
    const kind = below(random, 8)
    if (kind < 4) text.insert(below(random, text.length + 1), `w${step} `)
    else if (kind === 4 && text.length > 4) text.delete(below(random, text.length - 3), 3)
    else if (kind === 5) doc.getMap('m').set(`k${below(random, 5)}`, new Y.Map([['x', new Y.Text(`${step}`)]]))
    else if (kind === 6) ((doc.getMap('m').get(`k${below(random, 5)}`) as Y.Map<Y.Text> | undefined)?.get('x'))?.insert(0, 'y')
    else Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[below(random, docs.length)]!))
  }
  for (const doc of docs) Y.applyUpdate(docs[0]!, Y.encodeStateAsUpdate(doc))
  return docs[0]!
}

/** A text of some letters, of which every second is deleted, so many times. */
function textOf(letters: number, deletions = 0): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('t').insert(0, 'x'.repeat(letters))
  if (deletions > 0) Y.applyUpdate(doc, everySecondDeleted(doc.clientID, deletions))
  return doc
}
function brought(doc: Y.Doc, change: (text: Y.Text) => void): Uint8Array {
  const away = new Y.Doc()
  Y.applyUpdate(away, Y.encodeStateAsUpdate(doc))
  away.transact(() => change(away.getText('t')))
  return Y.encodeStateAsUpdate(away, Y.encodeStateVector(doc))
}
/** What one turn of the event loop takes of this thread's processor time, at the longest. */
function watchTurns(): { longest: () => number } {
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let [last, longest, isOver] = [spent(), 0, false]
  const look = (): void => {
    const now = spent()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  return {
    longest: () => {
      isOver = true
      return longest
    },
  }
}

describe('F12 a text that twelve people typed, all at its ends', () => {
  it('is put together from its snapshot in the order of its age: the same text, in much less time', () => {
    const docs = Array.from({ length: 12 }, () => new Y.Doc())
    for (let tick = 0; tick < 400; tick += 1) {
      const updates = docs.map((doc) => {
        const known = Y.encodeStateVector(doc)
        doc.getText('t').insert(tick % 2 === 0 ? 0 : doc.getText('t').length, `⟦${tick}⟧`)
        return Y.encodeStateAsUpdate(doc, known)
      })
      for (const update of updates) for (const doc of docs) Y.applyUpdate(doc, update)
    }
    const state = Y.encodeStateAsUpdate(docs[0]!)
    const timed = <T>(make: () => T): { made: T; took: number } => {
      const before = process.threadCpuUsage().user
      return { made: make(), took: process.threadCpuUsage().user - before }
    }
    const direct = timed(() => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      return doc
    })
    const inOrder = timed(() => documentOf([state]))
    expect(fingerprint(inOrder.made) === fingerprint(direct.made)).toBe(true)
    expect(inOrder.took).toBeLessThan(direct.took / 2)
  }, 30_000)
})

describe('B1 a cut update', () => {
  it('has no part that is too large, none that waits for a later one, and leaves the same document', () => {
    fc.assert(fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 40 }), fc.boolean(), (seed, size, isLate) => {
      const whole = written(seed, 120)
      const [direct, inParts] = [new Y.Doc(), new Y.Doc()]
      // Into an empty document, or into one that has a part of it.
      if (isLate) for (const doc of [direct, inParts]) Y.applyUpdate(doc, Y.encodeStateAsUpdate(written(seed, 60)))
      const update = Y.encodeStateAsUpdate(whole, isLate ? Y.encodeStateVector(direct) : undefined)
      Y.applyUpdate(direct, update)
      for (const part of cutUpdate(Y.decodeUpdate(update), size)) {
        const { structs, ds } = Y.decodeUpdate(part)
        expect(structs.length + [...ds.clients.values()].flat().length).toBeLessThanOrEqual(size)
        Y.applyUpdate(inParts, part)
        expect([inParts.store.pendingStructs, inParts.store.pendingDs]).toEqual([null, null])
      }
      expect(fingerprint(inParts)).toBe(fingerprint(direct))
    }), { numRuns: 150 })
  })

  it.each<[string, () => [Y.Doc, Uint8Array]]>([
    ['50 000 deletions', () => {
      const doc = textOf(200_000, 50_000)
      return [doc, everySecondDeleted(doc.clientID, 99_000)]
    }],
    ['50 000 scattered insertions', () => {
      const doc = textOf(100_000)
      return [doc, brought(doc, (text) => {
        for (let i = 0; i < 49_000; i += 1) text.insert(2 * i, 'z')
      })]
    }],
    ['one deletion of all there is', () => {
      const doc = textOf(320_000, 80_000)
      return [doc, brought(doc, (text) => text.delete(0, text.length))]
    }],
  ])('of %s takes at most 50 ms of the processor at a time, and comes to the same', async (_what, make) => {
    const [doc, update] = make()
    const direct = new Y.Doc()
    Y.applyUpdate(direct, Y.encodeStateAsUpdate(doc))
    Y.applyUpdate(direct, update)
    const cutter = createCutter()
    const turns = watchTurns()
    const cut = await cutter.cut([update])
    const applied = cut.kind === 'sound' ? await applyParts(doc, cut.parts, () => true, () => false, () => {}) : cut
    const longest = turns.longest()
    await cutter.close()
    expect(applied).toEqual({ kind: 'applied', isIncomplete: false })
    expect(longest).toBeLessThan(50)
    expect(doc.getText('t').toString() === direct.getText('t').toString()).toBe(true)
    expect(Y.equalDeleteSets(Y.createDeleteSetFromStructStore(doc.store), Y.createDeleteSetFromStructStore(direct.store))).toBe(true)
  }, 30_000)

  it.each([PART_PIECES, 240_000])('of %i deletions of the same letters, the first of them deleted already, costs what one does', async (times) => {
    const doc = textOf(320_000, 80_000)
    const update = encodePieces([], Array.from({ length: times }, (_, i) => ({ client: doc.clientID, clock: i % 2, len: 320_000 - (i % 2) })))
    const cutter = createCutter()
    const turns = watchTurns()
    const cut = times > PART_PIECES ? await cutter.cut([update]) : { kind: 'sound' as const, parts: [update] }
    let told = 0
    const applied = cut.kind === 'sound' ? await applyParts(doc, cut.parts, () => true, () => false, () => (told += 1)) : cut
    const longest = turns.longest()
    await cutter.close()
    expect(applied).toEqual({ kind: 'applied', isIncomplete: false })
    expect(doc.getText('t').toString()).toBe('')
    expect(told).toBeLessThan(20)
    expect(longest).toBeLessThan(50)
  }, 30_000)

  it('of pieces that name each other, which nobody can have made, ends all the same', () => {
    const item = (client: number, other: number): Y.Item => new Y.Item(Y.createID(client, 0), null, Y.createID(other, 0), null, null, null, null, new Y.ContentString('x'))
    const parts = cutUpdate({ structs: [item(1, 2), item(2, 1)], ds: Y.createDeleteSet() }, 1)
    expect(parts.map((part) => Y.decodeUpdate(part).structs.length)).toEqual([1, 1])
  })

  it('is made by a thread, which says what it cannot read', async () => {
    const cutter = createCutter()
    const cut = await cutter.cut([everySecondDeleted(7, 5_500), everySecondDeleted(8, 10)])
    expect(cut.kind === 'sound' && cut.parts.map((part) => readSmallUpdate(part).kind)).toEqual(Array.from({ length: Math.ceil(5_510 / PART_PIECES) }, () => 'sound'))
    const [many, broken] = await Promise.all([cutter.cut([everySecondDeleted(7, 1_500_000)]), cutter.cut([Uint8Array.of(9, 9, 9)])])
    expect([many.kind, broken.kind]).toEqual(['too-many', 'malformed'])
    await cutter.close()
  })
})

describe('what is stored', () => {
  const never = () => false

  it('is joined by the part, whatever its size, with others’ turns between; what is here already is told to nobody', async () => {
    // More pieces than one person’s change may have.
    const stored = textOf(150_000, 60_000)
    const doc = new Y.Doc()
    const cutter = createCutter()
    let [turn, isOver] = [0, false]
    const count = (): void => {
      turn += 1
      if (!isOver) setImmediate(count)
    }
    count()
    const toldIn: number[] = []
    const join = () => applyStored(doc, [Y.encodeStateAsUpdate(stored)], (piece) => cutter.cut([piece]), never, ({ changes }) => void toldIn.push(...changes.map(() => turn)))
    expect(await join()).toEqual({ kind: 'done' })
    expect(fingerprint(doc) === fingerprint(stored)).toBe(true)
    expect(toldIn.length).toBeGreaterThan(100)
    expect(new Set(toldIn).size).toBeGreaterThan(2)
    toldIn.length = 0
    expect(await join()).toEqual({ kind: 'done' })
    expect(toldIn).toEqual([])
    isOver = true
    await cutter.close()
  }, 30_000)

  it.each<[string, () => ReturnType<ReturnType<typeof createCutter>['cut']>]>([
    ['its thread has ended', () => Promise.reject(new Error('ended'))],
    ['it is too large to be cut', async () => ({ kind: 'too-many' as const })],
  ])('is joined in one go where %s', async (_why, cut) => {
    const stored = textOf(10_000, 4_000)
    const doc = new Y.Doc()
    let told = 0
    expect(await applyStored(doc, [Y.encodeStateAsUpdate(stored)], cut, never, ({ changes }) => (told += changes.length))).toEqual({ kind: 'done' })
    expect(fingerprint(doc)).toBe(fingerprint(stored))
    expect(told).toBe(1)
  })

  it('and cannot be read says so, and is not gone on with once its room is over', async () => {
    const cut = () => Promise.reject(new Error('not asked'))
    const doc = new Y.Doc()
    const sound = Y.encodeStateAsUpdate(textOf(10))
    expect(await applyStored(doc, [Uint8Array.of(9, 9, 9), sound], cut, never, () => {})).toEqual({ kind: 'malformed' })
    expect(await applyStored(doc, [sound], cut, () => true, () => {})).toEqual({ kind: 'over' })
    expect(doc.getText('t').toString()).toBe('')
  })
})
