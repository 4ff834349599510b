/** B1: a large update is cut into parts that others do not have to wait for, and that leave the same document. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cutUpdate } from '#server/rooms/cut-update.ts'
import { createCutter } from '#server/rooms/cutter.ts'
import { PART_PIECES, readSmallUpdate } from '#server/rooms/read-update.ts'
import { below, seeded } from '../../support/chance.ts'
import { everySecondDeleted } from '../../support/every-second-deleted.ts'

const fingerprint = (doc: Y.Doc): string => `${Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')} ${doc.getText('t').toString()} ${JSON.stringify(doc.getMap('m').toJSON())}`

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
