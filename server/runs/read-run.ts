/** One run with its cells and what it ran on, for members who may read its notebook; a guest of a link reads the texts of what it shows. */
import { eq } from 'drizzle-orm'
import { isUuid, type RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { RunDetail } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import { isShownNow } from '../shares/is-shown-now.ts'
import type { Executor } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { Action } from '#lib/domain/access.ts'
import { inputsOfRun, pinsOfRun } from '../provenance/run-inputs.ts'
import { selectRuns } from './run-rows.ts'

export async function readRun(deps: { db: Executor }, actor: Actor | null, runId: string): Promise<Outcome<RunDetail, AuthorizeRefusal>> {
  const allowed = await authorizeRun(deps, actor, runId, 'notebook:read')
  if (!allowed.ok) return allowed
  if (allowed.value.shareId !== null) return missing()
  const id = runId as RunId
  const [[run], [row], inputs, pins] = await Promise.all([
    selectRuns(deps.db, { where: eq(runs.id, id), orderBy: [], limit: 1 }),
    deps.db.select({ environment: runs.environment }).from(runs).where(eq(runs.id, id)),
    inputsOfRun(deps.db, id),
    pinsOfRun(deps.db, id),
  ])
  return run === undefined ? missing() : accept({ ...run, environment: row?.environment ?? null, inputs: [...inputs].map(([cellId, read]) => ({ cellId, ...read })), isExact: pins !== null })
}

/** A run is its notebook's: who may not see that, does not learn that the run exists. */
export async function authorizeRun(deps: { db: Executor }, actor: Actor | null, runId: string, action: Action) {
  const [row] = isUuid(runId) ? await deps.db.select({ notebookId: runs.notebookId }).from(runs).where(eq(runs.id, runId as RunId)) : []
  if (row === undefined) return missing()
  const allowed = await authorizeNotebook(deps, actor, row.notebookId, action)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing() : allowed
  return allowed.value.shareId === null || (await isShownNow(deps.db, { runId: runId as RunId, cellId: null })) ? allowed : missing()
}

const missing = () => refuse('not-found', 'There is no such run, or you have no access to it.')
