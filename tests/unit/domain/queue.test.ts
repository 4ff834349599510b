/** The queue: its order, what it expects, who may change it; and what counts as stale. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStale, usualMs, type CellHistory } from '#lib/domain/cell-history.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { planMove, queueOf, ranksFor, waitsFirst } from '#lib/domain/queue.ts'
import type { Run } from '#lib/domain/run.ts'
import { describeLimit } from '#lib/domain/run-limit.ts'
import { describeStanding, nth } from '#lib/ui/queue/describe-entry.ts'
import { makeRun } from '../live/feed-rows.ts'

const START = '2026-01-01T00:00:00Z'
const run = (id: string, more: Partial<Run> = {}): Run => ({ ...makeRun(id as RunId, [`cell-${id}` as CellId]), ...more })
const history = (id: string, ...spansMs: number[]): [CellId, CellHistory] => [id as CellId, { cellId: id as CellId, sourceDigest: 'd', parameters: {}, spansMs }]
const by = (who: string) => ({ requestedBy: { id: who as never, name: who } })

describe('[QUEUE1] the order', () => {
  it('is by rank, then by the time of asking; who asks now comes last', () => {
    const moved = ranksFor(['c', 'a'] as RunId[])
    const all = [run('b', { requestedAt: '2026-01-02' }), run('a', { queueRank: moved.get('a' as RunId)! }), run('c', { queueRank: moved.get('c' as RunId)! }), run('d', { requestedAt: '2026-01-01' })]
    expect(all.sort(waitsFirst).map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b'])
  })

  it('has a line of its own for runs with a fresh kernel', () => {
    const entries = queueOf([run('a', { state: 'running' }), run('b'), run('s', { hasFreshKernel: true })], new Map(), 0)
    expect(entries.map(({ run: { id }, position }) => [id, position])).toEqual([['a', null], ['b', 1], ['s', 1]])
  })
})

describe('what is expected', () => {
  it.each([[[], null], [[10], 10], [[10, 30], 20], [[9, 1, 5], 5], [[1, 2, 3, 100, 4], 3]])('of %j is %j', (spansMs, usual) => expect(usualMs({ spansMs })).toBe(usual))

  it('is what is left of the one that goes and all of those ahead', () => {
    const going = run('a', { state: 'running', startedAt: START })
    going.cells[0] = { ...going.cells[0]!, startedAt: START, state: 'running' }
    const entries = queueOf([going, run('b'), run('c', { requestedAt: '2027' })], new Map([history('cell-a', 10_000), history('cell-b', 5000)]), Date.parse(START) + 4000)
    expect(entries.map(({ startsInMs, expectedMs }) => [startsInMs, expectedMs])).toEqual([[null, 10_000], [6000, 5000], [11_000, null]])
    expect(entries.map((entry) => describeStanding(entry, Date.parse(START) + 4000))).toEqual(['Running 0:04 of about 0:10', '1st in line, starts in about 0:06, takes about 0:05', '2nd in line, starts in about 0:11'])
  })

  it('is unknown behind what is unknown, and never below nothing', () => {
    const late = run('a', { state: 'running', startedAt: START })
    late.cells[0] = { ...late.cells[0]!, startedAt: START, state: 'running' }
    expect(queueOf([late, run('b')], new Map([history('cell-a', 1000)]), Date.parse(START) + 60_000)[1]?.startsInMs).toBe(0)
    expect(queueOf([late, run('b')], new Map(), 0)[1]?.startsInMs).toBeNull()
  })

  it.each([[1, '1st'], [2, '2nd'], [3, '3rd'], [4, '4th'], [11, '11th'], [12, '12th'], [21, '21st'], [113, '113th']])('%i is %s', (number, word) => expect(nth(number)).toBe(word))
})

describe('[QUEUE2] moving', () => {
  const waiting = [run('a', by('ada')), run('b', by('bob')), run('c', by('cyd')), run('d', by('bob'))]
  const move = (who: string, runId: string, before: string | null, mayMoveAll = false) => {
    const order = planMove(waiting, { runId: runId as RunId, before: before as RunId | null }, { userId: who, mayMoveAll })
    return order.ok ? order.value.join('') : order.reason
  }
  it.each([
    ['an owner, anything', move('eve', 'd', 'a', true), 'dabc'], ['an owner, to the end', move('eve', 'a', null, true), 'bcda'],
    ['an owner, before itself: nothing', move('eve', 'b', 'b', true), 'abcd'],
    ['an editor, past those behind their first', move('bob', 'd', 'c'), 'abdc'], ['an editor, giving way', move('bob', 'b', null), 'acdb'], ['an editor, one that waits behind theirs', move('bob', 'c', 'b'), 'acbd'],
    ['an editor, past who was before', move('bob', 'b', 'a'), 'not-allowed'], ['an editor, another’s back', move('bob', 'a', null), 'not-allowed'], ['an editor without a run', move('eve', 'b', 'a'), 'not-allowed'],
    ['one that began', move('eve', 'x', 'a', true), 'not-waiting'], ['before one that began', move('eve', 'a', 'x', true), 'not-waiting'],
  ])('%s: %s', (_who, is, wanted) => expect(is).toBe(wanted))

  it('never loses or doubles a run, and puts nobody back who waited before an editor’s first', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('ada', 'bob', 'cyd'), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), fc.boolean(), (people, from, to, isOwner) => {
      const queue = people.map((who, i) => run(String(i), by(who)))
      const order = planMove(queue, { runId: queue[from % queue.length]!.id, before: queue[to % (queue.length + 1)]?.id ?? null }, { userId: 'bob', mayMoveAll: isOwner })
      if (!order.ok) return
      expect([...order.value].sort()).toEqual(queue.map(({ id }) => id).sort())
      const first = people.indexOf('bob')
      if (!isOwner) expect(order.value.slice(0, first)).toEqual(queue.slice(0, first).map(({ id }) => id))
    }))
  })
})

describe('a stale cell', () => {
  const [, good] = history('c', 1)
  it.each([
    ['never ran well', 'd', {}, undefined, true], ['is as it was', 'd', {}, good, false], ['has another text', 'e', {}, good, true],
    ['is given other inputs', 'd', { region: 'north' }, good, true], ['is given the same', 'd', { region: 'north' }, { ...good, parameters: { region: 'north' } }, false],
  ])('%s', (_words, digest, parameters, known, stale) => expect(isStale(digest, parameters, known)).toBe(stale))
})

describe('a limit in words', () => {
  it.each([[1, '1 second'], [45, '45 seconds'], [60, '1 minute'], [300, '5 minutes'], [90, '1 minute 30 seconds'], [7200, '2 hours']])('%i s', (seconds, words) => expect(describeLimit('cell', seconds)).toBe(`Stopped after ${words}, the limit of this cell.`))
})
