/** [SCH1] [SCH2] F18 F20: whatever the clock does, each tick is decided exactly once and none is forgotten. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admitTick, CATCH_UP_MAX, CATCH_UPS, due, ON_TIME_MS, pauseAfterFailures, type CatchUp } from '#lib/domain/schedule.ts'

const MINUTE = 60_000
const EPOCH = Date.UTC(2026, 0, 1)
/** A schedule that is due each `every` minutes. */
const every = (minutes: number) => (after: Date, until: Date) => {
  const instants: Date[] = []
  const period = minutes * MINUTE
  for (let at = (Math.floor(after.getTime() / period) + 1) * period; at <= until.getTime(); at += period) instants.push(new Date(at))
  return { instants, omitted: null }
}
const at = (minutes: number) => new Date(EPOCH + minutes * MINUTE)
const minutesOf = (dates: Date[]) => dates.map((date) => (date.getTime() - EPOCH) / MINUTE)

describe('due', () => {
  it('[SCH1] [SCH2] F18 each tick up to the latest clock is decided exactly once, also when the clock jumps', () => {
    const walk = fc.record({
      period: fc.constantFrom(1, 5, 15, 60, 1440),
      catchUp: fc.constantFrom(...CATCH_UPS),
      looks: fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 }),
    })
    fc.assert(fc.property(walk, ({ period, catchUp, looks }) => {
      let settledUntil = at(0)
      const decided: number[] = []
      for (const look of looks) {
        const result = due({ catchUp, settledUntil }, at(look), every(period))
        decided.push(...minutesOf([...result.run, ...result.missed]))
        settledUntil = result.settledUntil
      }
      const latest = at(Math.max(...looks))
      expect(decided.sort((a, b) => a - b)).toEqual(minutesOf(every(period)(at(0), latest).instants))
    }))
  })

  it('F20 after 10 minutes and after 3 days: skip runs none, latest runs one, all runs at most 100', () => {
    const look = (catchUp: CatchUp, minutes: number) => due({ catchUp, settledUntil: at(0) }, at(minutes + 3), every(5))
    for (const down of [10, 3 * 1440]) {
      expect(minutesOf(look('skip', down).run)).toEqual([])
      expect(minutesOf(look('latest', down).run)).toEqual([Math.floor((down + 3) / 5) * 5])
      expect(look('all', down).run).toHaveLength(Math.min(CATCH_UP_MAX, Math.floor((down + 3) / 5)))
    }
    expect(look('all', 3 * 1440).missed).toHaveLength((3 * 1440) / 5 - CATCH_UP_MAX)
  })

  it('a tick seen within two minutes is on time for every rule', () => {
    for (const catchUp of CATCH_UPS) {
      const now = new Date(at(5).getTime() + ON_TIME_MS)
      expect(minutesOf(due({ catchUp, settledUntil: at(0) }, now, every(5)).run)).toEqual([5])
    }
  })

  it('F18 a clock that goes back decides nothing', () => {
    expect(due({ catchUp: 'all', settledUntil: at(60) }, at(0), every(1))).toEqual({ run: [], missed: [], missedRange: null, settledUntil: at(60) })
  })
})

describe('admitTick', () => {
  it('F21 queue lets one wait and drops the rest with a reason; skip lets none wait', () => {
    const open = (overlap: 'queue' | 'skip', catchUp: CatchUp = 'latest') => [0, 1, 2, 3].map((n) => admitTick({ overlap, catchUp }, n).isAdmitted)
    expect(open('queue')).toEqual([true, true, false, false])
    expect(open('skip')).toEqual([true, false, false, false])
    expect(open('queue', 'all')).toEqual([true, true, true, true])
    expect(admitTick({ overlap: 'queue', catchUp: 'latest' }, 2)).toEqual({ isAdmitted: false, reason: 'One run was going and another was waiting already.' })
  })
})

describe('pauseAfterFailures', () => {
  it('three failed or lost in a row pause; a success between them does not', () => {
    expect(pauseAfterFailures(['failed', 'lost', 'failed'])).toContain('Paused after 3 failed runs in a row')
    expect(pauseAfterFailures(['failed', 'cancelled', 'failed', 'failed'])).not.toBeNull()
    expect(pauseAfterFailures(['failed', 'failed'])).toBeNull()
    expect(pauseAfterFailures(['failed', 'succeeded', 'failed', 'failed'])).toBeNull()
  })
})
