/**
 * Run: one request to execute cells of a notebook. It is a Postgres row that keeps the exact source,
 * who or what started it, and every change as a numbered event. It outlives tabs, servers and workers.
 */
import type { CellId, NotebookId, RunId, UserId } from './ids.ts'
import type { CellKind } from './cell.ts'

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

export type RunScope =
  | { kind: 'cell'; cellId: CellId }
  | { kind: 'cells'; cellIds: CellId[] }
  | { kind: 'all' }
  | { kind: 'above'; cellId: CellId }
  | { kind: 'below'; cellId: CellId }

export interface RunCell {
  cellId: CellId
  position: number
  kind: CellKind
  source: string
  sourceDigest: string
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
