/** Long messages over NOTIFY come out as they went in, in whatever order other messages' parts come between. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJoiner, partsOf } from '#server/compute/notify-parts.ts'

describe('notify parts', () => {
  it('join what was cut, for any values and any interleaving', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30_000, size: 'max' }), fc.jsonValue()), { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat()), (values, chance) => {
      const queues = values.map((value, at) => partsOf({ id: `m${at}`, value }))
      for (const part of queues.flat()) expect(Buffer.byteLength(part)).toBeLessThan(8000)
      const join = createJoiner()
      const got = new Map<string, unknown>()
      while (queues.some((queue) => queue.length > 0)) {
        const open = queues.filter((queue) => queue.length > 0)
        const message = join(open[chance.next().value % open.length]!.shift()!)
        if (message !== null) got.set(message.id, message.value)
      }
      expect(values.map((_, at) => got.get(`m${at}`))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown))
    }), { numRuns: 30 })
  })

  it('forget what never came whole, and take nothing that is no part', () => {
    let now = 0
    const join = createJoiner(() => now)
    const [first, second] = partsOf({ id: 'a', value: 'x'.repeat(9000) })
    expect(join(first!)).toBeNull()
    now = 20_000
    expect(join(partsOf({ id: 'b', value: 1 })[0]!)).toEqual({ id: 'b', value: 1 })
    expect(join(second!)).toBeNull()
    for (const payload of ['', 'a', 'a 0 999999 x', 'a b c d']) expect(join(payload)).toBeNull()
  })
})
