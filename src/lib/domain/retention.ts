/**
 * Retention: which results of a notebook go by the workspace's rule. A rule has days, a count of runs for each cell, or
 * both, and then either is enough. What a person sees without looking into the past never goes.
 *
 * [KEEP1] Of each cell the newest run's results stay, and those of its newest good run, which dashboards and charts show.
 * [KEEP2] Pinned results stay, as do all of a notebook that is open by a link, and those of a run that has not ended.
 */
import type { CellId, ResultId, RunId } from './ids.ts'

export interface RetentionRule {
  /** Null: for ever. */
  days: number | null
  /** Runs of each cell whose results stay; null: all. */
  count: number | null
}

export const KEEP_DAYS_MAX = 3650
export const KEEP_COUNT_MAX = 10_000

export interface KeptResult {
  id: ResultId
  cellId: CellId
  runId: RunId
  /** When its cell was over in that run, which is what dashboards go by too; before that, when it was made. */
  endedAt: number
  /** Its cell succeeded in that run, and the run was no exact re-run. */
  isGood: boolean
  isPinned: boolean
  isRunOpen: boolean
}

const DAY_MS = 24 * 3600_000

/** `isShared`: the notebook is open by a link now. */
export function planRetention(results: readonly KeptResult[], rule: RetentionRule, isShared: boolean, now: number): ResultId[] {
  if (isShared || (rule.days === null && rule.count === null)) return []
  const byCell = Map.groupBy(results, (result) => result.cellId)
  return [...byCell.values()].flatMap((ofCell) => planCell(ofCell, rule, now))
}

function planCell(results: readonly KeptResult[], { days, count }: RetentionRule, now: number): ResultId[] {
  const runs = [...Map.groupBy(results, (result) => result.runId).values()]
    .map((ofRun) => ({ ofRun, at: Math.max(...ofRun.map((one) => one.endedAt)), isGood: ofRun.some((one) => one.isGood) }))
    .sort((a, b) => b.at - a.at)
  const newestGood = runs.find((run) => run.isGood)
  return runs.flatMap((run, place) => {
    const isOver = (days !== null && now - run.at > days * DAY_MS) || (count !== null && place >= count)
    if (!isOver || place === 0 || run === newestGood) return []
    return run.ofRun.filter((one) => !one.isPinned && !one.isRunOpen).map((one) => one.id)
  })
}
