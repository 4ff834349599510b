/** The runs of one cell on its page: none that goes or waits is forgotten, in whatever order they were asked for, began and ended. */
import { describe, expect, it } from 'vitest'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { FeedEvent, Output } from '#lib/domain/feed.ts'
import { shownRun } from '#lib/live/cell-runs.ts'
import { EMPTY_FEED, foldFeed, type FeedState } from '#lib/live/fold-feed.ts'
import { runToStop } from '#lib/live/run-to-stop.ts'
import { makeRun, row } from './feed-rows.ts'

const CELL = 'c1' as CellId
const [P, A, B] = ['run-p', 'run-a', 'run-b'] as RunId[] as [RunId, RunId, RunId]
const ask = (run: RunId): FeedEvent => ({ kind: 'run.requested', run: makeRun(run, [CELL]) })
const cell = (runId: RunId, state: 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled'): FeedEvent => ({ kind: 'cell.changed', runId, cellId: CELL, state, executionCount: state === 'running' ? null : 1, at: '2026-01-01T00:00:05Z' })
const out = (runId: RunId, output: Output): FeedEvent => ({ kind: 'output.added', runId, cellId: CELL, output })
const print = (runId: RunId, text: string): FeedEvent => out(runId, { kind: 'stream', name: 'stdout', text })
const ran = (run: RunId, text: string): FeedEvent[] => [cell(run, 'running'), print(run, text), cell(run, 'succeeded')]
const fold = (...events: FeedEvent[]): FeedState => foldFeed(EMPTY_FEED, events.map((event, at) => row(at + 1, event))).state
/** Newest run, its state, and what is shown. */
const seen = (...events: FeedEvent[]) => {
  const feed = fold(...events).cells.get(CELL)!
  return [feed.newest.run.id, feed.newest.cell.state, shownRun(feed).outputs.map((output) => ('text' in output ? output.text : output.kind)).join('|')]
}
const before = [ask(P), ...ran(P, 'p')]

describe('a cell that was asked for twice', () => {
  it('shows both runs, one after the other, and what was there until the first has something', () => {
    const both = [...before, ask(A), ask(B)]
    expect(seen(...both)).toEqual([B, 'queued', 'p'])
    expect(seen(...both, cell(A, 'running'))).toEqual([A, 'running', 'p'])
    expect(seen(...both, cell(A, 'running'), out(A, { kind: 'progress', stages: [] }))).toEqual([A, 'running', 'p'])
    expect(seen(...both, cell(A, 'running'), print(A, 'a'))).toEqual([A, 'running', 'a'])
    expect(seen(...both, ...ran(A, 'a'))).toEqual([B, 'queued', 'a'])
    expect(seen(...both, ...ran(A, 'a'), cell(B, 'running'))).toEqual([B, 'running', 'a'])
    expect(seen(...both, ...ran(A, 'a'), ...ran(B, 'b'))).toEqual([B, 'succeeded', 'b'])
  })

  it('shows the one that ran last, though it was asked for first', () => {
    const turned = [...before, ask(A), ask(B), ...ran(B, 'b')]
    expect(seen(...turned)).toEqual([A, 'queued', 'b'])
    expect(seen(...turned, cell(A, 'running'))).toEqual([A, 'running', 'b'])
    expect(seen(...turned, ...ran(A, 'a'))).toEqual([A, 'succeeded', 'a'])
  })

  it('shows what runs while another that was asked for behind it is cancelled, or skipped', () => {
    for (const end of ['cancelled', 'skipped'] as const) {
      const going = [...before, ask(A), cell(A, 'running'), ask(B), cell(B, end)]
      expect(seen(...going)).toEqual([A, 'running', 'p'])
      expect(seen(...going, print(A, 'a'), cell(A, 'succeeded'))).toEqual([A, 'succeeded', 'a'])
    }
  })

  it('shows two that run at once, of which the later ends first', () => {
    const going = [...before, ask(A), ask(B), cell(A, 'running'), cell(B, 'running'), print(B, 'b')]
    expect(seen(...going)).toEqual([B, 'running', 'b'])
    expect(seen(...going, cell(B, 'failed'), print(A, 'a'), cell(A, 'succeeded'))).toEqual([A, 'succeeded', 'a'])
  })

  it('is not led back by a clear', () => {
    expect(seen(...before, ask(A), ask(B), cell(A, 'running'), print(A, 'a'), out(A, { kind: 'clear' }))).toEqual([A, 'running', ''])
  })

  it('keeps no more than it needs', () => {
    const many = Array.from({ length: 50 }, (_one, at) => `run-${at}` as RunId)
    const feed = fold(...many.flatMap((run) => [ask(run), ...ran(run, run)])).cells.get(CELL)!
    expect([feed.newest.run.id, feed.others]).toEqual(['run-49', []])
  })
})

describe('stopping a cell', () => {
  const stopped = (...events: FeedEvent[]) => runToStop(fold(...events), CELL)

  it('means what runs it, not what waits behind', () => {
    expect(stopped(...before, ask(A), cell(A, 'running'), ask(B))).toBe(A)
  })

  it('means what runs it first, while nothing does', () => {
    expect(stopped(...before, ask(A), ask(B))).toBe(A)
    expect(stopped(...before, ask(A), ask(B), { kind: 'queue.changed', runIds: [B, A], at: '' })).toBe(B)
    expect(stopped(...before, ask(A), ask(B), { kind: 'queue.changed', runIds: [B, A], at: '' }, { kind: 'run.changed', runId: A, state: 'starting', reason: null, at: '' })).toBe(A)
  })

  it('means nothing where nothing goes or waits', () => {
    expect(stopped(...before)).toBeNull()
    expect(stopped()).toBeNull()
  })
})
