/** What lists and the page of a run need besides the run: titles, counts, and the thing that started it. */
import type { Output } from './feed.ts'
import type { CellId, NotebookId, RunId } from './ids.ts'
import type { Run, RunDetail, RunCause, RunEnvironment, RunScope, RunState } from './run.ts'

export interface RunSummary {
  id: RunId
  notebookId: NotebookId
  notebookTitle: string
  cause: RunCause
  requestedBy: { id: string; name: string } | null
  scope: RunScope
  isRerun: boolean
  cellCount: number
  state: RunState
  reason: string | null
  requestedAt: string
  startedAt: string | null
  finishedAt: string | null
}

/** Runs in a list: all, those not ended, or those that ended in one way. */
export const RUN_FILTERS = ['all', 'open', 'succeeded', 'failed', 'cancelled', 'lost'] as const
export type RunFilter = (typeof RUN_FILTERS)[number]

export type RunOrigin =
  | { kind: 'schedule'; scheduleId: string; dueAt: string }
  | { kind: 'workflow'; workflowId: string; name: string; step: string }

export interface RunRecord {
  run: Run
  notebookTitle: string
  origin: RunOrigin | null
  outputs: { cellId: CellId; output: Output }[]
  history: { at: string; sentence: string }[]
  /** What it ran on; null when its kernel never came to say so. */
  environment: RunEnvironment | null
  /** It repeats another run with every table as that run read it. */
  isExact: boolean
  inputs: RunDetail['inputs']
  /** Other runs of the notebook to compare it with, newest first. */
  others: { id: RunId; cause: RunCause; requestedBy: { name: string } | null; requestedAt: string; state: RunState }[]
}
