/**
 * Fold feed: the state of a notebook's runs from its numbered feed. Pure.
 *
 * [FEED1] Each number is applied once and in order: an old one is passed over, a missing one stops the fold with
 *         `hasGap`, and the caller asks for a fresh snapshot.
 * [FEED2] Which of a cell's runs is its newest, and what it shows meanwhile: cell-runs.ts.
 */
import { addGoodRun, type CellHistory } from '#lib/domain/cell-history.ts'
import type { FeedEvent, FeedRow, FeedSnapshot, KernelFeedState, Output, Progress } from '#lib/domain/feed.ts'
import { addOutput, updateDisplays } from '#lib/domain/fold-outputs.ts'
import type { CellId, ResultId, RunId } from '#lib/domain/ids.ts'
import { ranksFor } from '#lib/domain/queue.ts'
import { isEnd, type Run, type RunCell } from '#lib/domain/run.ts'
import { askedAgain, changeCellRun, inOrderOfTime, type CellFeed, type CellRun } from './cell-runs.ts'

/** The newest wish to have a table whole, while it goes and after it failed. */
export interface WholeRun {
  run: Omit<Run, 'cells'>
  progress: Progress | null
}

export interface KernelEnd {
  count: number
  state: 'dead' | 'stopped'
  reason: string | null
}

export interface FeedState {
  seq: number
  kernel: { state: KernelFeedState; reason: string | null }
  /** How the last kernel ended since the page was painted. Counted, since the next may begin before anybody looks. */
  kernelEnd: KernelEnd | null
  /** Runs without an end, in the order of asking, with their cells as they go. */
  openRuns: ReadonlyMap<RunId, Run>
  cells: ReadonlyMap<CellId, CellFeed>
  /** By the result that shows the first rows. */
  wholes: ReadonlyMap<ResultId, WholeRun>
  /** What the good runs of each cell tell. */
  history: ReadonlyMap<CellId, CellHistory>
  /** Counts since the page was painted: a panel that shows them reads anew when its count moves. */
  threadsChanged: number
  versionsAdded: number
}

export const EMPTY_FEED: FeedState = { seq: 0, kernel: { state: 'stopped', reason: null }, kernelEnd: null, openRuns: new Map(), cells: new Map(), wholes: new Map(), history: new Map(), threadsChanged: 0, versionsAdded: 0 }

export function feedFrom(snapshot: FeedSnapshot): FeedState {
  const runs = [...snapshot.runs].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt))
  const started = runs.reduce(addRun, { ...EMPTY_FEED, kernel: snapshot.kernel, history: new Map(snapshot.history.map((one) => [one.cellId, one])) })
  const ordered: FeedState = { ...started, cells: new Map([...started.cells].map(([cellId, feed]) => [cellId, inOrderOfTime(feed)] as const)) }
  const painted = snapshot.outputs.reduce((state, { runId, cellId, output }) => showOutput(state, runId, cellId, output), ordered)
  return { ...painted, seq: snapshot.seq }
}

export function foldFeed(state: FeedState, rows: readonly FeedRow[]): { state: FeedState; hasGap: boolean } {
  let next = state
  for (const { seq, event } of rows) {
    if (seq <= next.seq) continue
    if (seq > next.seq + 1) return { state: next, hasGap: true }
    next = { ...applyEvent(next, event), seq }
  }
  return { state: next, hasGap: false }
}

function applyEvent(state: FeedState, event: FeedEvent): FeedState {
  switch (event.kind) {
    case 'run.requested': return addRun(state, event.run)
    case 'run.changed': return changeRun(state, event)
    case 'cell.changed': return changeCell(state, event)
    case 'result.progress': return changeWholes(state, event.runId, (whole) => ({ ...whole, progress: event.progress }))
    case 'output.added': return showOutput(state, event.runId, event.cellId, event.output)
    // Comments and versions are read by their panels; the feed says only when.
    case 'thread.changed': return { ...state, threadsChanged: state.threadsChanged + 1 }
    case 'version.added': return { ...state, versionsAdded: state.versionsAdded + 1 }
    case 'queue.changed': return orderQueue(state, event.runIds)
    case 'kernel.changed': return changeKernel(state, event)
  }
}

function addRun(state: FeedState, { cells, ...run }: Run): FeedState {
  const byId = new Map(state.cells)
  for (const cell of cells) byId.set(cell.cellId, askedAgain(byId.get(cell.cellId), run, cell))
  const wholes = run.scope.kind === 'whole-result' ? new Map(state.wholes).set(run.scope.resultId, { run, progress: null }) : state.wholes
  return { ...state, cells: byId, wholes, openRuns: withRun(state.openRuns, { ...run, cells }) }
}

function changeKernel(state: FeedState, { state: is, reason }: Extract<FeedEvent, { kind: 'kernel.changed' }>): FeedState {
  const isEnded = is === 'dead' || is === 'stopped'
  return { ...state, kernel: { state: is, reason }, kernelEnd: isEnded ? { count: (state.kernelEnd?.count ?? 0) + 1, state: is, reason } : state.kernelEnd }
}

function changeWholes(state: FeedState, runId: RunId, change: (whole: WholeRun) => WholeRun): FeedState {
  const found = [...state.wholes].find(([, { run }]) => run.id === runId)
  return found === undefined ? state : { ...state, wholes: new Map(state.wholes).set(found[0], change(found[1])) }
}

function changeRun(state: FeedState, event: Extract<FeedEvent, { kind: 'run.changed' }>): FeedState {
  const change = <R extends Omit<Run, 'cells'>>(run: R): R => ({
    ...run, state: event.state, reason: event.reason,
    startedAt: run.startedAt ?? (event.state === 'running' ? event.at : null),
    finishedAt: isEnd(event.state) ? event.at : run.finishedAt,
  })
  const open = state.openRuns.get(event.runId)
  const cells = mapCells(state.cells, event.runId, (entry) => ({ ...entry, run: change(entry.run) }))
  const next = changeWholes(state, event.runId, (whole) => ({ ...whole, run: change(whole.run) }))
  return { ...next, cells, openRuns: open === undefined ? state.openRuns : withRun(state.openRuns, change(open)) }
}

function changeCell(state: FeedState, event: Extract<FeedEvent, { kind: 'cell.changed' }>): FeedState {
  const change = (cell: RunCell): RunCell => ({
    ...cell, state: event.state, executionCount: event.executionCount ?? cell.executionCount,
    startedAt: event.state === 'running' ? event.at : cell.startedAt,
    finishedAt: event.state === 'queued' || event.state === 'running' ? null : event.at,
  })
  const next = changeOne(state, event.runId, event.cellId, ({ cell, ...entry }) => ({ ...entry, cell: change(cell) }))
  const open = state.openRuns.get(event.runId)
  if (open === undefined) return next
  const cells = open.cells.map((cell) => (cell.cellId === event.cellId ? change(cell) : cell))
  const done = event.state === 'succeeded' ? cells.find((cell) => cell.cellId === event.cellId) : undefined
  return { ...next, openRuns: new Map(state.openRuns).set(event.runId, { ...open, cells }), history: done === undefined ? state.history : withGoodRun(state.history, open, done) }
}

function withGoodRun(history: FeedState['history'], run: Run, { cellId, sourceDigest, startedAt, finishedAt }: RunCell): FeedState['history'] {
  if (startedAt === null || finishedAt === null) return history
  const spanMs = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))
  return new Map(history).set(cellId, addGoodRun(history.get(cellId), { cellId, sourceDigest, parameters: run.parameters, spanMs }))
}

function orderQueue(state: FeedState, order: readonly RunId[]): FeedState {
  const openRuns = new Map(state.openRuns)
  for (const [id, queueRank] of ranksFor(order)) {
    const run = openRuns.get(id)
    if (run !== undefined) openRuns.set(id, { ...run, queueRank })
  }
  return { ...state, openRuns }
}

function showOutput(state: FeedState, runId: RunId, cellId: CellId, output: Output): FeedState {
  if (output.kind === 'display' && output.isUpdate) return updateEverywhere(state, output)
  return changeOne(state, runId, cellId, (entry) => ({ ...entry, outputs: addOutput(entry.outputs, output), hasShown: entry.hasShown || output.kind !== 'progress' }))
}

/** A display can be updated from a later cell, so every cell is looked at. */
function updateEverywhere(state: FeedState, output: Extract<Output, { kind: 'display' }>): FeedState {
  const cells = new Map(state.cells)
  for (const [cellId, feed] of state.cells) {
    const update = (entry: CellRun): CellRun => {
      const outputs = updateDisplays(entry.outputs, output)
      return outputs === entry.outputs ? entry : { ...entry, outputs }
    }
    const [newest, others] = [update(feed.newest), feed.others.map(update)]
    if (newest !== feed.newest || others.some((one, at) => one !== feed.others[at])) cells.set(cellId, { newest, others })
  }
  return { ...state, cells }
}

function changeOne(state: FeedState, runId: RunId, cellId: CellId, change: (entry: CellRun) => CellRun): FeedState {
  const feed = state.cells.get(cellId)
  const next = feed === undefined ? undefined : changeCellRun(feed, runId, change)
  return next === undefined || next === feed ? state : { ...state, cells: new Map(state.cells).set(cellId, next) }
}

function mapCells(cells: FeedState['cells'], runId: RunId, change: (entry: CellRun) => CellRun): FeedState['cells'] {
  const next = new Map(cells)
  for (const [cellId, feed] of cells) next.set(cellId, changeCellRun(feed, runId, change))
  return next
}

function withRun(runs: FeedState['openRuns'], run: Run): FeedState['openRuns'] {
  const next = new Map(runs)
  if (isEnd(run.state)) next.delete(run.id)
  else next.set(run.id, run)
  return next
}
