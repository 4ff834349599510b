/**
 * A person asks for a run. What runs is what the person saw: with a digest per cell, a cell whose source is another
 * by now is refused (`source-moved`). The person's own last keystrokes may still be on their way to the room, so a
 * difference is given a moment to settle first. It is given the inputs' values of this moment, or those of the request.
 */
import { randomUUID } from 'node:crypto'
import { digestSource } from '#lib/document/digest.ts'
import { isStale } from '#lib/domain/cell-history.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { chooseParameters, inputsOf, type Parameters } from '#lib/domain/parameter.ts'
import { planRun, type PlanRefusal } from '#lib/domain/run-plan.ts'
import type { RowLimit } from '#lib/domain/row-limit.ts'
import type { CellScope, Run } from '#lib/domain/run.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { insertRun } from './insert-run.ts'
import { readCellHistory } from './read-cell-history.ts'
import { roomInQueue } from './room-in-queue.ts'

export interface RequestRunDeps {
  db: Database
  now: () => Date
  /** The live text of the notebook. */
  readNotebook: (notebookId: NotebookId) => Promise<NotebookText>
}

export interface RequestRunInput {
  notebookId: string
  scope: CellScope
  /** Cell id → digest of the source on the person's screen. */
  digests?: Record<string, string>
  /** In place of the inputs' own values, by name. */
  parameters?: Record<string, unknown> | undefined
  /** In place of the cells' own, for this run only; null: all rows. */
  rowLimit?: RowLimit | undefined
  timeoutSeconds?: number | null | undefined
  cellTimeoutSeconds?: number | null | undefined
  requestId: string | null
}

export type RequestRunRefusal = AuthorizeRefusal | PlanRefusal | 'source-moved' | 'parameter-unknown' | 'parameter-wrong' | 'too-many-requests'

interface Planned { cells: Cell[]; parameters: Parameters }

const SETTLE_WITHIN_MS = 1500
const LOOK_EVERY_MS = 30

export async function requestRun(deps: RequestRunDeps, actor: Actor | null, input: RequestRunInput): Promise<Outcome<Run, RequestRunRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'run:request')
  if (!allowed.ok) return allowed
  const { id: notebookId, workspaceId } = allowed.value
  const [plan, room] = await Promise.all([planSeen(deps, notebookId, input), roomInQueue(deps.db, notebookId)])
  if (!plan.ok) return plan
  if (!room.ok) return room
  const { userId, name, sessionId } = actor as Member
  const run = await deps.db.transaction((tx) => insertRun(tx, {
    id: randomUUID() as RunId, workspaceId, notebookId, scope: input.scope, cells: limited(plan.value.cells, input.rowLimit), parameters: plan.value.parameters, requestId: input.requestId,
    cause: sessionId === null ? 'api' : 'person', requestedBy: { id: userId, name }, hasFreshKernel: false, maxAttempts: 1,
    timeoutSeconds: input.timeoutSeconds, cellTimeoutSeconds: input.cellTimeoutSeconds,
  }, deps.now()))
  return accept(run)
}

const limited = (cells: Cell[], rowLimit: RowLimit | undefined): Cell[] => (rowLimit === undefined ? cells : cells.map((cell) => ({ ...cell, rowLimit })))

async function planSeen(deps: RequestRunDeps, notebookId: NotebookId, input: RequestRunInput): Promise<Outcome<Planned, Exclude<RequestRunRefusal, AuthorizeRefusal | 'too-many-requests'>>> {
  const history = input.scope.kind === 'stale' ? new Map((await readCellHistory(deps.db, notebookId)).map((one) => [one.cellId, one])) : null
  const until = Date.now() + SETTLE_WITHIN_MS
  for (;;) {
    const { cells } = await deps.readNotebook(notebookId)
    const parameters = chooseParameters(inputsOf(cells), input.parameters)
    if (!parameters.ok) return parameters
    const plan = planRun(cells, input.scope, (cell) => isStale(digestSource(cell.source), parameters.value, history?.get(cell.id)))
    const isSeen = plan.ok ? plan.value.every((cell) => isAsSeen(cell, input.digests)) : input.digests === undefined
    if (isSeen || (!plan.ok && plan.reason === 'cell-not-runnable')) return plan.ok ? accept({ cells: plan.value, parameters: parameters.value }) : plan
    if (Date.now() > until) return plan.ok ? refuse('source-moved', 'The cell was changed while you pressed Run. Look at it and run it again.') : plan
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

function isAsSeen(cell: Cell, digests: Record<string, string> | undefined): boolean {
  const seen = digests?.[cell.id]
  return seen === undefined || seen === digestSource(cell.source)
}
