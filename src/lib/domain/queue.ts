/**
 * Queue: what goes and what waits in a notebook, in the order in which it will. Pure. Runs in the notebook's own kernel
 * go one after another; those with a fresh kernel (of schedules and workflows) are a line of their own.
 *
 * [QUEUE1] What waits is ordered by rank, then by the time of asking. A new run has rank 0 and the ranks that a person
 *          gives are below it, so whoever asks later comes last.
 * [QUEUE2] An owner may order all that waits. An editor may order their own runs and those behind them: nobody who
 *          waited before the editor's first run is put further back by it.
 */
import { usualMs, type CellHistory } from './cell-history.ts'
import type { CellId, RunId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import type { Run, RunCell } from './run.ts'

/** What the queue must know of a run; both the feed and the database have it. */
export type QueuedRun = Pick<Run, 'id' | 'state' | 'queueRank' | 'requestedAt' | 'hasFreshKernel' | 'requestedBy'>

export interface QueueEntry {
  run: Run
  /** 1 is the next to begin; null: it goes already. */
  position: number | null
  /** All of it, from its cells' own histories; null when one of them never ran well. */
  expectedMs: number | null
  /** Until it begins; null when it goes, or when that is not known. */
  startsInMs: number | null
}

export const waitsFirst = (a: QueuedRun, b: QueuedRun): number =>
  a.queueRank - b.queueRank || a.requestedAt.localeCompare(b.requestedAt) || a.id.localeCompare(b.id)

export function queueOf(runs: Iterable<Run>, history: ReadonlyMap<CellId, CellHistory>, now: number): QueueEntry[] {
  const all = [...runs]
  return [false, true].flatMap((isFresh) => lineOf(all.filter((run) => run.hasFreshKernel === isFresh), history, now))
}

function lineOf(runs: Run[], history: ReadonlyMap<CellId, CellHistory>, now: number): QueueEntry[] {
  const going = runs.filter((run) => run.state !== 'queued').sort((a, b) => a.requestedAt.localeCompare(b.requestedAt))
  const waiting = runs.filter((run) => run.state === 'queued').sort(waitsFirst)
  let startsInMs: number | null = 0
  for (const run of going) startsInMs = plus(startsInMs, restOf(run, history, now))
  return [
    ...going.map((run): QueueEntry => ({ run, position: null, expectedMs: expectedOf(run.cells, history), startsInMs: null })),
    ...waiting.map((run, at): QueueEntry => {
      const entry = { run, position: at + 1, expectedMs: expectedOf(run.cells, history), startsInMs }
      startsInMs = plus(startsInMs, entry.expectedMs)
      return entry
    }),
  ]
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/** What runs no cell may take any time. */
export const expectedOf = (cells: readonly RunCell[], history: ReadonlyMap<CellId, CellHistory>): number | null =>
  cells.length === 0 ? null : restOfCells(cells, history)

const restOfCells = (cells: readonly RunCell[], history: ReadonlyMap<CellId, CellHistory>): number | null =>
  cells.reduce<number | null>((sum, cell) => plus(sum, usualMs(history.get(cell.cellId))), 0)

/** What is left of a run that goes; a cell that takes longer than ever has nothing left to expect. */
function restOf(run: Run, history: ReadonlyMap<CellId, CellHistory>, now: number): number | null {
  const open = run.cells.filter((cell) => cell.finishedAt === null)
  const expected = run.cells.length === 0 ? null : restOfCells(open, history)
  const begun = open.find((cell) => cell.startedAt !== null)
  const spent = begun?.startedAt == null ? 0 : Math.min(now - Date.parse(begun.startedAt), usualMs(history.get(begun.cellId)) ?? 0)
  return expected === null ? null : expected - Math.max(0, spent)
}

export interface QueueMove {
  runId: RunId
  /** The waiting run that it goes in front of; null: behind all. */
  before: RunId | null
}

export interface Mover {
  userId: string
  mayMoveAll: boolean
}

/** The new order of what waits in one line; `waiting` is in its order now. */
export function planMove(waiting: readonly QueuedRun[], { runId, before }: QueueMove, mover: Mover): Outcome<RunId[], 'not-waiting' | 'not-allowed'> {
  const run = waiting.find((one) => one.id === runId)
  if (run === undefined) return refuse('not-waiting', 'This run does not wait any more: it has begun or it was cancelled.')
  const others = waiting.filter((one) => one.id !== runId)
  const at = before === null ? others.length : before === runId ? waiting.indexOf(run) : others.findIndex((one) => one.id === before)
  if (at === -1) return refuse('not-waiting', 'The run that it should go before does not wait any more. Look at the queue and move it again.')
  const order = others.toSpliced(at, 0, run)
  const isMine = (one: QueuedRun): boolean => one.requestedBy?.id === mover.userId
  const firstMine = waiting.findIndex(isMine)
  const isKept = firstMine !== -1 && waiting.slice(0, firstMine).every((one, i) => order[i]?.id === one.id)
  if (!mover.mayMoveAll && !isKept) return refuse('not-allowed', 'You can order your own runs and those that wait behind them. An owner can order all.')
  return accept(order.map((one) => one.id))
}

/** Ranks for an order: all below 0, the rank of whatever is asked for from now on. */
export const ranksFor = (order: readonly RunId[]): Map<RunId, number> => new Map(order.map((id, i) => [id, i - order.length]))
