/** Other result: a result of the same cell, as far as a person needs to choose one to compare with. */
import type { ResultId, RunId } from './ids.ts'
import type { RunCause, RunCellState } from './run.ts'

export interface OtherResult {
  id: ResultId
  runId: RunId
  /** Of its cell in that run. */
  state: RunCellState
  cause: RunCause
  requestedBy: { name: string } | null
  createdAt: string
  rows: number
  columns: number
  truncated: boolean
  /** Its place among the tables of its run, from 1. */
  place: number
  /** Its table was removed by the workspace's rule. */
  isGone: boolean
}

/** What a person most likely means by “the one before”: the newest older table at the same place that is still there. */
export function earlierOf(results: readonly OtherResult[], id: ResultId): OtherResult | null {
  const at = results.findIndex((one) => one.id === id)
  const own = results[at]
  if (own === undefined) return null
  return results.slice(at + 1).find((one) => one.runId !== own.runId && one.place === own.place && !one.isGone) ?? null
}
