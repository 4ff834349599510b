/** The fold of a notebook's feed: numbers once and in order, and what a cell shows while a new run waits. */
import { describe, expect, it } from 'vitest'
import type { FeedRow, Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { TAIL_CHARS } from '#lib/domain/long-text.ts'
import { shownRun } from '#lib/live/cell-runs.ts'
import { EMPTY_FEED, foldFeed, type FeedState } from '#lib/live/fold-feed.ts'
import { makeRun, row } from './feed-rows.ts'

const CELL = 'c1' as CellId
const A = 'run-a' as RunId
const B = 'run-b' as RunId
const text = (state: FeedState) => {
  const feed = state.cells.get(CELL)
  return feed === undefined ? null : shownRun(feed).outputs.map((output) => ('text' in output ? output.text : output.kind)).join('|')
}
const fold = (...rows: FeedRow[]) => foldFeed(EMPTY_FEED, rows).state
const out = (seq: number, runId: RunId, output: Output) => row(seq, { kind: 'output.added', runId, cellId: CELL, output })
const print = (seq: number, runId: RunId, line: string) => out(seq, runId, { kind: 'stream', name: 'stdout', text: line })
const cellIs = (seq: number, runId: RunId, state: 'running' | 'succeeded' | 'skipped') => row(seq, { kind: 'cell.changed', runId, cellId: CELL, state, executionCount: 1, at: '2026-01-01T00:00:05Z' })
const first = [row(1, { kind: 'run.requested', run: makeRun(A, [CELL]) }), cellIs(2, A, 'running'), print(3, A, 'old\n'), cellIs(4, A, 'succeeded')]

describe('numbers', () => {
  it('applies a row once, however often it comes', () => {
    const rows = [...first, ...first, print(3, A, 'old\n')]
    expect(text(fold(...rows))).toBe('old\n')
  })

  it('stops at a gap and says so, so that the caller asks for a snapshot', () => {
    const { state, hasGap } = foldFeed(EMPTY_FEED, [first[0]!, first[2]!])
    expect([state.seq, hasGap]).toEqual([1, true])
  })
})

describe('a cell that is run again', () => {
  const again = row(5, { kind: 'run.requested', run: makeRun(B, [CELL]) })

  it('keeps showing the run before until the new one shows something', () => {
    expect(text(fold(...first, again))).toBe('old\n')
    expect(text(fold(...first, again, cellIs(6, B, 'running')))).toBe('old\n')
    expect(text(fold(...first, again, cellIs(6, B, 'running'), print(7, B, 'new')))).toBe('new')
  })

  it('is not brought back by a clear', () => {
    expect(text(fold(...first, again, cellIs(6, B, 'running'), print(7, B, 'new'), out(8, B, { kind: 'clear' })))).toBe('')
  })

  it('does not jump when only progress came', () => {
    expect(text(fold(...first, again, cellIs(6, B, 'running'), out(7, B, { kind: 'progress', stages: [] })))).toBe('old\n')
  })

  it('is empty when the new run ended and showed nothing', () => {
    expect(text(fold(...first, again, cellIs(6, B, 'running'), cellIs(7, B, 'succeeded')))).toBe('')
  })

  it('stays when the new run never reached it', () => {
    expect(text(fold(...first, again, cellIs(6, B, 'skipped')))).toBe('old\n')
  })
})

describe('runs', () => {
  it('are open until they end', () => {
    expect([...fold(first[0]!).openRuns.keys()]).toEqual([A])
    const ended = row(2, { kind: 'run.changed', runId: A, state: 'failed', reason: 'The kernel died.', at: '2026-01-01T00:00:09Z' })
    const state = fold(first[0]!, ended)
    expect(state.openRuns.size).toBe(0)
    expect(state.cells.get(CELL)?.newest.run).toMatchObject({ state: 'failed', reason: 'The kernel died.', finishedAt: '2026-01-01T00:00:09Z' })
  })
})

describe('displays', () => {
  it('an update replaces the display of its id, also in another cell', () => {
    const other = 'c2' as CellId
    const show = (seq: number, cellId: CellId, value: string, isUpdate: boolean) => row(seq, { kind: 'output.added', runId: A, cellId, output: { kind: 'display', data: { 'text/plain': value }, displayId: 'd', isUpdate } })
    const state = fold(row(1, { kind: 'run.requested', run: makeRun(A, [CELL, other]) }), show(2, CELL, '1', false), show(3, other, '2', true))
    expect(state.cells.get(CELL)?.newest.outputs).toEqual([{ kind: 'display', data: { 'text/plain': '2' }, displayId: 'd', isUpdate: false }])
    expect(state.cells.get(other)?.newest.outputs).toEqual([])
  })

  it('an update reaches what the run before shows while the new one waits', () => {
    const show = (seq: number, value: string, isUpdate: boolean) => out(seq, A, { kind: 'display', data: { 'text/plain': value }, displayId: 'd', isUpdate })
    const state = fold(row(1, { kind: 'run.requested', run: makeRun(A, [CELL]) }), cellIs(2, A, 'running'), show(3, 'old', false), cellIs(4, A, 'succeeded'), row(5, { kind: 'run.requested', run: makeRun(B, [CELL]) }), show(6, 'new', true))
    expect(shownRun(state.cells.get(CELL)!).outputs).toMatchObject([{ data: { 'text/plain': 'new' } }])
  })
})

describe('text that is left out', () => {
  const omitted = (seq: number, isJump: boolean, chars: number) => out(seq, A, { kind: 'omitted', runId: A, textId: 't', chars, keptBytes: 0, isJump })
  const head = row(1, { kind: 'run.requested', run: makeRun(A, [CELL]) })

  it('stands once, with the newest count, between head and tail', () => {
    expect(text(fold(head, print(2, A, 'head'), omitted(3, false, 1), print(4, A, 'a'), omitted(5, false, 2), print(6, A, 'b')))).toBe('head|omitted|ab')
  })
  it('drops what does not lead to what comes next, down to the last other thing', () => {
    expect(text(fold(head, print(2, A, 'head'), omitted(3, false, 1), print(4, A, 'a'), out(5, A, { kind: 'notice', text: 'n' }), print(6, A, 'b'), omitted(7, true, 2), print(8, A, 'c')))).toBe('head|omitted|a|n|c')
  })
  it('keeps of the tail no more than it may', () => {
    const state = fold(head, print(2, A, 'head'), omitted(3, false, 1), print(4, A, 'x'.repeat(TAIL_CHARS)), print(5, A, 'end'))
    expect(state.cells.get(CELL)?.newest.outputs.map((output) => (output.kind === 'stream' ? output.text.length : output.kind))).toEqual([4, 'omitted', TAIL_CHARS])
  })
})

describe('the queue and the history', () => {
  const cellAt = (seq: number, runId: RunId, state: 'running' | 'succeeded' | 'failed', second: number) =>
    row(seq, { kind: 'cell.changed', runId, cellId: CELL, state, executionCount: 1, at: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z` })

  it('keeps the cells of open runs, whoever is newest on screen', () => {
    const state = fold(row(1, { kind: 'run.requested', run: makeRun(A, [CELL]) }), row(2, { kind: 'run.requested', run: makeRun(B, [CELL]) }), cellAt(3, A, 'running', 1))
    expect(state.openRuns.get(A)?.cells[0]).toMatchObject({ state: 'running' })
    expect(state.openRuns.get(B)?.cells[0]).toMatchObject({ state: 'queued' })
  })

  it('learns what a cell ran and how long it took from good runs only, the newest first', () => {
    const run = (id: RunId, region: string) => ({ ...makeRun(id, [CELL]), parameters: { region } })
    const state = fold(
      row(1, { kind: 'run.requested', run: run(A, 'north') }), cellAt(2, A, 'running', 1), cellAt(3, A, 'succeeded', 3),
      row(4, { kind: 'run.requested', run: run(B, 'south') }), cellAt(5, B, 'running', 10), cellAt(6, B, 'failed', 20),
    )
    expect(state.history.get(CELL)).toEqual({ cellId: CELL, sourceDigest: '', parameters: { region: 'north' }, spansMs: [2000] })
  })

  it('follows the order that somebody gave', () => {
    const state = fold(row(1, { kind: 'run.requested', run: makeRun(A, [CELL]) }), row(2, { kind: 'run.requested', run: makeRun(B, [CELL]) }), row(3, { kind: 'queue.changed', runIds: [B, A], at: '' }))
    expect([state.openRuns.get(B)?.queueRank, state.openRuns.get(A)?.queueRank]).toEqual([-2, -1])
  })
})
