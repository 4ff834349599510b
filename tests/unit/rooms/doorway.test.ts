/** L3: so many at once at the door, the rest in the order in which they came, and nobody keeps a place who failed. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDoorway } from '#server/rooms/doorway.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('L3: lets in as many as it has places, in their order, and none is lost when some fail', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.record({ turns: fc.integer({ min: 0, max: 4 }), fails: fc.boolean() }), { maxLength: 40 }), async (places, comers) => {
    const doorway = createDoorway(places)
    const begun: number[] = []
    let [inside, most] = [0, 0]
    const ends = await Promise.allSettled(comers.map(({ turns, fails }, nth) => doorway.enter(async () => {
      begun.push(nth)
      inside += 1
      most = Math.max(most, inside)
      for (let i = 0; i < turns; i += 1) await turn()
      inside -= 1
      if (fails) throw new Error('not today')
    })))
    expect(begun).toEqual(comers.map((_, nth) => nth))
    expect(most).toBeLessThanOrEqual(places)
    expect(ends.map(({ status }) => status === 'rejected')).toEqual(comers.map(({ fails }) => fails))
  }), { numRuns: 50 })
})

it('L3: reads what has come from those who are in between two who come in', async () => {
  const doorway = createDoorway(1)
  const order: string[] = []
  const line = ['first', 'second', 'third'].map((name) => doorway.enter(async () => void order.push(name)))
  setImmediate(() => order.push('a key of somebody who is in'))
  await Promise.all(line)
  expect(order.indexOf('a key of somebody who is in')).toBeLessThan(order.indexOf('third'))
})

it('is full when the line is, and not when somebody from it has gone in', async () => {
  const doorway = createDoorway(1, 2)
  const leave: (() => void)[] = []
  const come = (): Promise<void> => doorway.enter(() => new Promise((resolve) => void leave.push(resolve)))
  const full: boolean[] = []
  const comers = Array.from({ length: 3 }, () => {
    const inside = come()
    full.push(doorway.isFull)
    return inside
  })
  expect(full).toEqual([false, false, true])
  for (const nth of [0, 1, 2]) {
    leave[nth]?.()
    await comers[nth]
    await turn()
    expect(doorway.isFull).toBe(false)
  }
})
