/**
 * Run: one request to execute cells of a notebook. It is a Postgres row that keeps the exact source,
 * who or what started it, and every change as a numbered event. It outlives tabs, servers and workers.
 */
import type { CellId, NotebookId, ResultId, RunId, UserId } from './ids.ts'
import type { CellKind } from './cell.ts'
import type { Parameters } from './parameter.ts'
import type { RowLimit } from './row-limit.ts'
import type { CellInputs } from './provenance.ts'

export const RUN_STATES = ['queued', 'starting', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'lost'] as const
export type RunState = (typeof RUN_STATES)[number]

export const END_STATES = ['succeeded', 'failed', 'cancelled', 'lost'] as const
export type EndState = (typeof END_STATES)[number]
export const isEnd = (state: RunState): state is EndState => (END_STATES as readonly string[]).includes(state)

export const RUN_CELL_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'lost'] as const
export type RunCellState = (typeof RUN_CELL_STATES)[number]

/** What asked for the run. `person` and `api` are interactive (at most once); the others at least once with one committed result. */
export const RUN_CAUSES = ['person', 'api', 'schedule', 'workflow'] as const
export type RunCause = (typeof RUN_CAUSES)[number]

/** Which cells of the notebook it runs. */
export type CellScope =
  | { kind: 'cell'; cellId: CellId }
  | { kind: 'cells'; cellIds: CellId[] }
  | { kind: 'all' }
  | { kind: 'above'; cellId: CellId }
  | { kind: 'below'; cellId: CellId }
  | { kind: 'to'; cellId: CellId }
  | { kind: 'stale' }

/** Runs no cell: the table that one showed in part is written whole, from the frame that the kernel still has. */
export interface WholeScope { kind: 'whole-result'; resultId: ResultId; cellId: CellId }

export type RunScope = CellScope | WholeScope

export interface RunCell {
  cellId: CellId
  position: number
  kind: CellKind
  source: string
  sourceDigest: string
  /** Rows that each of its tables keeps; null: all. */
  rowLimit: RowLimit
  state: RunCellState
  executionCount: number | null
  /** Instants as ISO 8601 text, or null. */
  startedAt: string | null
  finishedAt: string | null
}

export interface Run {
  id: RunId
  notebookId: NotebookId
  cause: RunCause
  requestedBy: { id: UserId; name: string } | null
  scope: RunScope
  /** Values of the notebook's inputs as they were when it was asked for, by name. */
  parameters: Parameters
  /** The run that this one does again, with the same text and parameters. */
  rerunOf: RunId | null
  /** In a kernel of its own, beside what goes in the notebook's. */
  hasFreshKernel: boolean
  /** Of two that wait, the lower one goes first. */
  queueRank: number
  /** Seconds that all of it, and each of its cells, may take; null: no limit. */
  timeoutSeconds: number | null
  cellTimeoutSeconds: number | null
  state: RunState
  /** Why it ended as it did, a sentence for the person; null while open or succeeded. */
  reason: string | null
  attempt: number
  requestedAt: string
  startedAt: string | null
  finishedAt: string | null
  cells: RunCell[]
}

/** What a run ran on: the versions that matter for doing it again. */
export interface RunEnvironment {
  python: string
  spark: string | null
  /** Versions by distribution, those that the notebook installed itself among them. */
  packages: Record<string, string>
}

export interface RunDetail extends Run {
  /** Null while its first cell goes, and when its kernel never came to say so. */
  environment: RunEnvironment | null
  /** What its cells read, where their kernel told. */
  inputs: (CellInputs & { cellId: CellId })[]
  /** It does a run again with every table as that run read it. */
  isExact: boolean
}
