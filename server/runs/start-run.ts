/**
 * Starts a run that no person waits for: of a schedule or of a workflow's step, in the caller's transaction (the
 * tick or the step is written in the same one). It gets a kernel of its own and is tried again when its worker dies.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { NotebookId, RunId, UserId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { chooseParameters, inputsOf } from '#lib/domain/parameter.ts'
import { planRun, type PlanRefusal } from '#lib/domain/run-plan.ts'
import type { RunLimits } from '#lib/domain/run-limit.ts'
import type { CellScope } from '#lib/domain/run.ts'
import type { Transaction } from '../store/client.ts'
import { databaseNow } from '../schedules/database-now.ts'
import { user } from '../store/schema/auth.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { insertRun } from './insert-run.ts'
import { roomInQueue } from './room-in-queue.ts'

export interface StartRunDeps {
  /** The newest committed text of a notebook. */
  readNotebook: (notebookId: NotebookId) => Promise<NotebookText>
}

export interface StartRunInput {
  notebookId: NotebookId
  scope: CellScope
  cause: 'schedule' | 'workflow'
  /** On whose behalf. */
  userId: UserId
  requestId: string | null
  limits?: RunLimits
}

export type StartRunRefusal = PlanRefusal | 'not-found' | 'too-many-requests' | 'parameter-unknown' | 'parameter-wrong'

const ATTEMPTS = 3

export async function startRun(deps: StartRunDeps, tx: Transaction, input: StartRunInput): Promise<Outcome<RunId, StartRunRefusal>> {
  const { notebookId, scope, cause, requestId } = input
  const [notebook] = await tx.select({ workspaceId: notebooks.workspaceId, trashedAt: notebooks.trashedAt }).from(notebooks).where(eq(notebooks.id, notebookId))
  if (notebook === undefined) return refuse('not-found', 'The notebook was deleted.')
  if (notebook.trashedAt !== null) return refuse('not-found', 'The notebook is in the trash. Restore it to run it.')
  const room = await roomInQueue(tx, notebookId)
  if (!room.ok) return room
  const { cells } = await deps.readNotebook(notebookId)
  const plan = planRun(cells, scope)
  if (!plan.ok) return plan
  const parameters = chooseParameters(inputsOf(cells))
  if (!parameters.ok) return parameters
  const [person] = await tx.select({ name: user.name }).from(user).where(eq(user.id, input.userId))
  const run = await insertRun(tx, {
    id: randomUUID() as RunId, workspaceId: notebook.workspaceId, notebookId, cause, requestId, scope, cells: plan.value, parameters: parameters.value, timeoutSeconds: input.limits?.timeoutSeconds, cellTimeoutSeconds: input.limits?.cellTimeoutSeconds,
    requestedBy: person === undefined ? null : { id: input.userId, name: person.name }, hasFreshKernel: true, maxAttempts: ATTEMPTS,
  }, await databaseNow(tx))
  return accept(run.id)
}
