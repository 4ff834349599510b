/** A large edit is cut into parts that can be stored one by one, and that leave the same document. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cutBySize } from '#server/notebooks/cut-by-size.ts'

/** Long texts of two people, one within the other's, with holes in them. */
function written(): Y.Doc {
  const [one, other] = [new Y.Doc(), new Y.Doc()]
  const text = one.getText('t')
  text.insert(0, `a${'😀漢'.repeat(4_000)}`)
  one.transact(() => {
    for (let at = 1; at < 3_000; at += 9) text.delete(at, 3)
  })
  one.getMap('m').set('title', 'Long')
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
  other.getText('t').insert(301, 'x'.repeat(9_000))
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other))
  return one
}

describe('an update cut by size', () => {
  it.each([400, 3_000, 20_000])('into parts of %i bytes has no part that is larger, none that waits for a later one, and leaves the same document', (bytes) => {
    const whole = written()
    const parts = cutBySize(Y.encodeStateAsUpdate(whole), bytes)
    expect(Math.max(...parts.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(bytes)
    const joined = new Y.Doc()
    for (const part of parts) {
      Y.applyUpdate(joined, part)
      expect([joined.store.pendingStructs, joined.store.pendingDs]).toEqual([null, null])
    }
    expect(joined.getText('t').toString() === whole.getText('t').toString()).toBe(true)
    expect(joined.getMap('m').toJSON()).toEqual({ title: 'Long' })
    expect(Y.encodeStateVector(joined)).toEqual(Y.encodeStateVector(whole))
    expect(Y.equalDeleteSets(Y.createDeleteSetFromStructStore(joined.store), Y.createDeleteSetFromStructStore(whole.store))).toBe(true)
  })

  it('is left whole where it is small enough, or is one piece that cannot be cut', () => {
    const small = Y.encodeStateAsUpdate(written())
    expect(cutBySize(small, 10_000_000)).toEqual([small])
    const doc = new Y.Doc()
    doc.getMap('m').set('picture', 'x'.repeat(5_000))
    const one = Y.encodeStateAsUpdate(doc)
    expect(cutBySize(one, 400)).toEqual([one])
  })
})
