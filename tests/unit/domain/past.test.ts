import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isOfOtherText, orderStops, stopAt, type PastCell, type Stop } from '#lib/domain/past.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString()
const version = (minute: number): Stop => ({ kind: 'version', at: at(minute), id: `v${minute}` as never, name: null, people: [] })
const run = (minute: number): Stop => ({ kind: 'run', at: at(minute), id: `r${minute}` as never, state: 'succeeded', cause: 'person', by: null, cells: 1 })

it('stops stand in the order of time, one for each millisecond, a run rather than the text before it', () => {
  expect(orderStops([run(3), version(1), run(1), version(2)]).map(({ id }) => id)).toEqual(['r1', 'v2', 'r3'])
})

it('an instant belongs to the newest stop that is not after it', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 20 }), fc.integer({ min: -1, max: 51 }), (minutes, asked) => {
    const stops = orderStops(minutes.map(version))
    const before = stops.filter((stop) => stop.at <= at(asked))
    expect(stopAt(stops, at(asked))).toBe(Math.max(0, before.length - 1))
  }))
  expect(stopAt([], at(1))).toBe(0)
})

it('a cell ran another text only where both texts are known', () => {
  const cell: PastCell = { id: 'c' as never, kind: 'sql', source: 'select 2', ran: { runId: 'r' as never, source: 'select 1', state: 'succeeded', finishedAt: at(1) }, outputs: [], gone: [] }
  expect([cell, { ...cell, source: 'select 1' }, { ...cell, source: null }, { ...cell, ran: null }].map(isOfOtherText)).toEqual([true, false, false, false])
})
