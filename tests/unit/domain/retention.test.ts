import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planRetention, type KeptResult } from '#lib/domain/retention.ts'

const DAY = 24 * 3600_000
const NOW = 100 * DAY
const result = (id: string, daysAgo: number, more: Partial<KeptResult> = {}): KeptResult =>
  ({ id, runId: `run-${id}`, cellId: 'c', endedAt: NOW - daysAgo * DAY, isGood: true, isPinned: false, isRunOpen: false, ...more }) as KeptResult
const plan = (results: KeptResult[], days: number | null, count: number | null, isShared = false) => planRetention(results, { days, count }, isShared, NOW).sort()

describe('which results go', () => {
  const four = [result('a', 1), result('b', 10), result('c', 20), result('d', 30)]
  it.each([
    [null, null, []], [15, null, ['c', 'd']], [null, 2, ['c', 'd']], [25, 2, ['c', 'd']], [5, 3, ['b', 'c', 'd']], [40, null, []], [null, 9, []],
  ] as const)('by %j days and %j runs: %j', (days, count, gone) => expect(plan(four, days, count)).toEqual(gone))

  it('never the newest of a cell, however old, nor its newest good one [KEEP1]', () => {
    expect(plan([result('a', 90)], 1, 1)).toEqual([])
    expect(plan([result('a', 50, { isGood: false }), result('b', 60, { isGood: false }), result('c', 70), result('d', 80)], 1, 1)).toEqual(['b', 'd'])
    expect(plan([result('a', 50, { cellId: 'x' as never }), result('b', 60)], 1, 1)).toEqual([])
  })

  it('never a pinned one, one of a notebook open by a link, or one of a run that goes on [KEEP2]', () => {
    expect(plan([result('a', 1), result('b', 60, { isPinned: true }), result('c', 70, { isRunOpen: true }), result('d', 80)], 5, null)).toEqual(['d'])
    expect(plan(four, 1, 1, true)).toEqual([])
  })

  it('counts runs, so that a cell that shows three tables keeps all three', () => {
    const run = (id: string, runId: string, daysAgo: number) => result(id, daysAgo, { runId: runId as never })
    expect(plan([run('a1', 'a', 1), run('a2', 'a', 1), run('b1', 'b', 2), run('b2', 'b', 2), run('c1', 'c', 3)], null, 2)).toEqual(['c1'])
  })

  it('keeps what it promises, whatever there is', () => {
    const arbitrary = fc.array(fc.record({ daysAgo: fc.nat(60), cell: fc.nat(2), isGood: fc.boolean(), isPinned: fc.boolean() }), { maxLength: 25 })
    fc.assert(fc.property(arbitrary, fc.option(fc.integer({ min: 1, max: 50 })), fc.option(fc.integer({ min: 1, max: 5 })), (made, days, count) => {
      const results = made.map(({ daysAgo, cell, ...one }, at) => result(`r${at}`, daysAgo, { ...one, cellId: `c${cell}` as never }))
      const gone = new Set<string>(plan(results, days, count))
      for (const cell of ['c0', 'c1', 'c2']) {
        const ofCell = results.filter(({ cellId }) => cellId === cell).toSorted((a, b) => b.endedAt - a.endedAt)
        if (ofCell.length > 0) expect(gone.has(ofCell[0]!.id)).toBe(false)
        const good = ofCell.find(({ isGood }) => isGood)
        if (good !== undefined) expect(gone.has(good.id)).toBe(false)
      }
      expect(results.every(({ id, isPinned }) => !isPinned || !gone.has(id))).toBe(true)
    }))
  })
})
