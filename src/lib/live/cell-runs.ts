/**
 * Cell runs: the runs of one cell that its page knows of. More than one may go or wait at once, and they may begin in
 * another order than they were asked for. Pure.
 *
 * [RUNS1] `newest` is the one that runs; else the last asked for of those that wait; else the last that ran or was given up.
 * [RUNS2] What the cell shows is the newest's once that has put something out or ended; until then what was shown before,
 *         so that pressing Run does not make the page jump.
 * [RUNS3] None that goes or waits is forgotten, and of the others those that are neither newest nor shown are.
 */
import type { Output } from '#lib/domain/feed.ts'
import type { RunId } from '#lib/domain/ids.ts'
import type { Run, RunCell } from '#lib/domain/run.ts'

/** One run of one cell, with what it showed. `run` is the run's own head; its `cells` are left to this record. */
export interface CellRun {
  run: Omit<Run, 'cells'>
  cell: RunCell
  outputs: readonly Output[]
  /** It has put something out: a later `clear` does not bring back what was before. */
  hasShown: boolean
}

export interface CellFeed {
  newest: CellRun
  /** Those that were asked for or began last come first. */
  others: readonly CellRun[]
}

export const askedAgain = (feed: CellFeed | undefined, run: Omit<Run, 'cells'>, cell: RunCell): CellFeed =>
  arrange([{ run, cell, outputs: [], hasShown: false }, ...(feed === undefined ? [] : [feed.newest, ...feed.others])])

/** Of a run that is not known the feed stays as it is. */
export function changeCellRun(feed: CellFeed, runId: RunId, change: (entry: CellRun) => CellRun): CellFeed {
  const all = [feed.newest, ...feed.others]
  const at = all.findIndex(({ run }) => run.id === runId)
  const before = all[at]
  if (before === undefined) return feed
  const after = change(before)
  const begins = isRunning(after) && !isRunning(before)
  return arrange(begins ? [after, ...all.toSpliced(at, 1)] : all.with(at, after))
}

/** In the order in which they began or were asked for, as far as a snapshot tells. */
export function inOrderOfTime(feed: CellFeed): CellFeed {
  const instant = ({ run, cell }: CellRun): string => cell.startedAt ?? run.requestedAt
  return arrange([feed.newest, ...feed.others].sort((a, b) => instant(b).localeCompare(instant(a))))
}

export const shownRun = ({ newest, others }: CellFeed): CellRun => [newest, ...others].find((one) => one.hasShown || (one.cell.startedAt !== null && one.cell.finishedAt !== null)) ?? newest

const isOpen = ({ run, cell }: CellRun): boolean => cell.finishedAt === null && run.finishedAt === null
const isRunning = (entry: CellRun): boolean => isOpen(entry) && entry.cell.state === 'running'

function arrange(all: readonly CellRun[]): CellFeed {
  const newest = all.find(isRunning) ?? all.find(isOpen) ?? all[0]!
  const others = all.filter((one) => one !== newest)
  const shown = shownRun({ newest, others })
  return { newest, others: others.filter((one) => isOpen(one) || one === shown) }
}
