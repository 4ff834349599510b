import { describe, expect, it } from 'vitest'
import type { CellFeed } from '#lib/live/cell-runs.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { Run, RunCell } from '#lib/domain/run.ts'
import { describeCancel } from '#lib/domain/run-cancel.ts'
import { describeLimit } from '#lib/domain/run-limit.ts'
import { clock, describeAsker, describeBegin, describeRun, span, timeOfDay } from '#lib/ui/run/describe-run.ts'
import { makeRun } from '../../live/feed-rows.ts'

const START = '2026-01-01T00:00:00.000Z'
function feed(cell: Partial<RunCell>, run: Partial<Run> = {}): CellFeed {
  const { cells, ...head } = makeRun('r' as RunId, ['c' as CellId])
  return { newest: { run: { ...head, ...run }, cell: { ...cells[0]!, ...cell }, outputs: [], hasShown: false }, others: [] }
}
const words = (cell: Partial<RunCell>, now = 0) => {
  const { mark, sentence } = describeRun(feed(cell), false, now)
  return `${mark} ${sentence}`
}

describe('what the gutter and the line say', () => {
  it('uses the marks of Jupyter', () => {
    expect(describeRun(undefined, false, 0).mark).toBe('[ ]')
    expect(words({ state: 'queued' })).toBe('[*] Waiting its turn')
    expect(words({ state: 'running', startedAt: START }, Date.parse(START) + 41_300)).toBe('[*] Running 0:41')
    expect(words({ state: 'succeeded', executionCount: 7, startedAt: START, finishedAt: '2026-01-01T00:00:02.100Z' })).toBe('[7] Took 2.1 s')
    expect(words({ state: 'failed', startedAt: START, finishedAt: '2026-01-01T00:00:00.120Z' })).toBe('[!] Failed after 120 ms')
    expect(words({ state: 'skipped' })).toBe('[ ] Not run: a cell before it failed')
  })

  it('says what the cell takes as a rule beside the timer, and what it took before once that is over', () => {
    const at = (ms: number) => describeRun(feed({ state: 'running', startedAt: START }), false, Date.parse(START) + ms, 70_000).sentence
    expect(at(41_300)).toBe('Running 0:41 of about 1:10')
    expect(at(95_000)).toBe('Running 1:35, usually 1:10')
  })

  it('says who stopped a cell, and why one was not run', () => {
    const sentence = (cell: Partial<RunCell>, run: Partial<Run>) => describeRun(feed(cell, run), false, 0).sentence
    const byBen = { state: 'cancelled', reason: describeCancel('Ben B. Jr.') } as const
    expect(sentence({ state: 'cancelled', startedAt: START, finishedAt: '2026-01-01T00:00:18Z' }, byBen)).toBe('Interrupted after 18 s by Ben B. Jr.')
    expect(sentence({ state: 'cancelled' }, byBen)).toBe('Cancelled by Ben B. Jr. before it ran')
    expect(sentence({ state: 'cancelled' }, { state: 'cancelled' })).toBe('Cancelled before it ran')
    expect(sentence({ state: 'skipped' }, byBen)).toBe('Not run: cancelled by Ben B. Jr.')
    expect(sentence({ state: 'skipped' }, { state: 'lost', reason: 'The worker that ran this died. Run it again.' })).toBe('Not run: its worker went away')
    expect(sentence({ state: 'skipped' }, { state: 'failed', reason: describeLimit('run', 90) })).toBe('Not run: a limit of time was reached')
    expect(sentence({ state: 'skipped' }, { state: 'failed', reason: 'NameError: name x is not defined' })).toBe('Not run: a cell before it failed')
  })

  it('says that a run repeats an earlier one', () => {
    expect(describeAsker(feed({}, { rerunOf: 'x' as RunId, requestedBy: { id: 'u' as never, name: 'Ada' } }))).toBe('Ada, run again exactly')
  })

  it('never counts backwards when this clock is behind the server', () => {
    expect(words({ state: 'running', startedAt: START }, Date.parse(START) - 5000)).toBe('[*] Running 0:00')
  })

  it('names the person, else the cause', () => {
    expect(describeAsker(feed({}, { requestedBy: { id: 'u' as never, name: 'Ada' } }))).toBe('Ada')
    expect(describeAsker(feed({}, { cause: 'schedule', requestedBy: { id: 'u' as never, name: 'Ada' } }))).toBe('Schedule')
  })
})

describe('who set going what goes', () => {
  const ada = { id: 'u' as never, name: 'Ada' }

  it('is said from the moment of asking, and once it runs from when it started', () => {
    expect(describeBegin(feed({ state: 'queued' }, { requestedBy: ada, requestedAt: START }))).toEqual({ who: 'Ada', word: 'asked', at: START })
    expect(describeBegin(feed({ state: 'running', startedAt: '2026-01-01T00:05:00.000Z' }, { requestedBy: ada, requestedAt: START }))).toEqual({ who: 'Ada', word: 'started', at: '2026-01-01T00:05:00.000Z' })
  })

  it('is timed by the clock of whoever looks, with the day where that is not today', () => {
    const at = '2026-03-01T23:02:00.000Z'
    expect(timeOfDay(at, Date.parse(at) + 60_000, 'UTC')).toBe('23:02')
    expect(timeOfDay(at, Date.parse(at) + 3_600_000, 'UTC')).toBe('1 Mar 23:02')
    expect(timeOfDay(at, Date.parse(at) + 3_600_000, 'Europe/Oslo')).toBe('00:02')
  })
})

describe('spans', () => {
  it.each([[0, '0 ms'], [999, '999 ms'], [1000, '1.0 s'], [59_400, '59 s'], [72_000, '1 min 12 s'], [7_500_000, '2 h 05 min']])('%i ms is %s', (ms, text) => expect(span(ms)).toBe(text))
  it.each([[0, '0:00'], [723_000, '12:03'], [3_723_000, '1:02:03']])('%i ms on the clock is %s', (ms, text) => expect(clock(ms)).toBe(text))
})
