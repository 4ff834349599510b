/**
 * However rows arrive (in batches, twice, from a snapshot in the middle), the page shows the same. [FEED1]
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedEvent, FeedRow, Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { RUN_CELL_STATES, RUN_STATES } from '#lib/domain/run.ts'
import { joinOutputs } from '#server/runs/join-outputs.ts'
import { shownRun } from '#lib/live/cell-runs.ts'
import { EMPTY_FEED, feedFrom, foldFeed, type FeedState } from '#lib/live/fold-feed.ts'
import { makeRun, row } from '../../unit/live/feed-rows.ts'

const CELLS = ['c1', 'c2', 'c3'] as CellId[]
const RUNS = ['r1', 'r2', 'r3'] as RunId[]
const at = '2026-01-01T00:00:00Z'

const output: fc.Arbitrary<Output> = fc.oneof(
  fc.record({ kind: fc.constant('stream' as const), name: fc.constantFrom('stdout' as const, 'stderr' as const), text: fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\b', 'ø'), maxLength: 6 }) }),
  fc.record({ kind: fc.constant('display' as const), data: fc.constant({ 'text/plain': 'x' }), displayId: fc.constantFrom('d', 'e', null), isUpdate: fc.boolean() }),
  fc.record({ kind: fc.constant('omitted' as const), runId: fc.constant('r1' as RunId), textId: fc.constant('t'), chars: fc.nat(9), keptBytes: fc.constant(0), isJump: fc.boolean() }),
  fc.constant<Output>({ kind: 'clear' }),
  fc.constant<Output>({ kind: 'progress', stages: [] }),
  fc.constant<Output>({ kind: 'notice', text: 'n' }),
)
const event: fc.Arbitrary<FeedEvent> = fc.oneof(
  { arbitrary: fc.tuple(fc.constantFrom(...RUNS), fc.constantFrom(...CELLS), output).map(([runId, cellId, made]): FeedEvent => ({ kind: 'output.added', runId, cellId, output: made })), weight: 4 },
  fc.tuple(fc.constantFrom(...RUNS), fc.subarray(CELLS, { minLength: 1 })).map(([id, cells]): FeedEvent => ({ kind: 'run.requested', run: makeRun(id, cells) })),
  fc.tuple(fc.constantFrom(...RUNS), fc.constantFrom(...RUN_STATES)).map(([runId, state]): FeedEvent => ({ kind: 'run.changed', runId, state, reason: null, at })),
  fc.tuple(fc.constantFrom(...RUNS), fc.constantFrom(...CELLS), fc.constantFrom(...RUN_CELL_STATES)).map(([runId, cellId, state]): FeedEvent => ({ kind: 'cell.changed', runId, cellId, state, executionCount: null, at })),
)
const feed = fc.array(event, { maxLength: 40 }).map((events) => events.map((one, index): FeedRow => row(index + 1, one)))

const whole = (rows: FeedRow[]): FeedState => foldFeed(EMPTY_FEED, rows).state

describe('fold feed', () => {
  it('does not depend on how the rows were cut into batches, or how often an old one comes again', () => {
    fc.assert(fc.property(feed, fc.array(fc.nat(39), { maxLength: 12 }), (rows, cuts) => {
      let state = EMPTY_FEED
      let from = 0
      for (const cut of [...cuts.sort((a, b) => a - b), rows.length]) {
        // Each batch begins again a little before its place, as a reconnect does.
        const step = foldFeed(state, rows.slice(Math.max(0, from - 3), cut))
        expect(step.hasGap).toBe(false)
        state = step.state
        from = Math.max(from, cut)
      }
      expect(state).toEqual(whole(rows))
    }))
  })

  it('never applies a row out of order: what it took is a beginning of the feed', () => {
    fc.assert(fc.property(feed, fc.infiniteStream(fc.nat()), (rows, order) => {
      const mixed = rows.map((one) => [order.next().value as number, one] as const).sort((a, b) => a[0] - b[0]).map(([, one]) => one)
      let state = EMPTY_FEED
      for (const one of mixed) state = foldFeed(state, [one]).state
      expect(state).toEqual(whole(rows.slice(0, state.seq)))
    }))
  })

  it('keeps of progress the newest alone', () => {
    fc.assert(fc.property(feed, (rows) => {
      for (const { newest } of whole(rows).cells.values()) expect(newest.outputs.filter((one) => one.kind === 'progress').length).toBeLessThanOrEqual(1)
    }))
  })

  it('paints the same from rows folded by the server, and goes on from there the same [FOLD1]', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...CELLS), output), { maxLength: 25 }), fc.nat(25), (outputs, cut) => {
      const run = makeRun('r1' as RunId, CELLS)
      const shown = outputs.map(([cellId, made]) => ({ runId: run.id, cellId, output: made }))
      const rows = [row(1, { kind: 'run.requested', run }), ...shown.map((one, i): FeedRow => row(i + 2, { kind: 'output.added', ...one }))]
      const at = Math.min(cut, shown.length)
      const snapshot = feedFrom({ seq: at + 1, kernel: EMPTY_FEED.kernel, runs: [run], outputs: joinOutputs(shown.slice(0, at)), history: [] })
      const { state } = foldFeed(snapshot, rows)
      const visible = (all: FeedState) => [...all.cells].map(([id, feed]) => [id, shownRun(feed).outputs.map((one) => ({ ...one, ...('text' in one && { text: one.text.replace(/ +$/gm, '') }), back: 0 }))])
      expect(visible(state)).toEqual(visible(whole(rows)))
    }))
  })

  it('goes on from a snapshot as from the rows behind it', () => {
    const simple = fc.array(fc.tuple(fc.constantFrom(...CELLS), output), { maxLength: 20 })
    fc.assert(fc.property(simple, fc.nat(20), (outputs, cut) => {
      const run = makeRun('r1' as RunId, CELLS)
      const rows = [row(1, { kind: 'run.requested', run }), ...outputs.map(([cellId, made], i): FeedRow => row(i + 2, { kind: 'output.added', runId: run.id, cellId, output: made }))]
      const at = Math.min(cut + 1, rows.length)
      const snapshot = feedFrom({ seq: at, kernel: EMPTY_FEED.kernel, history: [], runs: [run], outputs: outputs.slice(0, at - 1).map(([cellId, made]) => ({ runId: run.id, cellId, output: made })) })
      const { state } = foldFeed(snapshot, rows)
      expect([...state.cells.values()].map(shownRun)).toEqual([...whole(rows).cells.values()].map(shownRun))
    }))
  })
})
