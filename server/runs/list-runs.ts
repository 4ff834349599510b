/** Runs of a notebook or of a whole workspace, newest first, a page at a time (`before` is the last one's `requestedAt`). */
import { and, desc, eq, isNotNull, isNull, lt, type SQL } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Run } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { authorizeNotebook, authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { selectRuns } from './run-rows.ts'

export interface ListRunsInput {
  isOpen?: boolean
  before?: Date
  limit?: number
}

export const RUNS_PER_PAGE = 50

export async function listNotebookRuns(deps: { db: Executor }, actor: Actor | null, input: ListRunsInput & { notebookId: string }): Promise<Outcome<Run[], AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  return allowed.value.shareId === null ? list(deps, eq(runs.notebookId, allowed.value.id), input) : refuse('not-allowed', 'Runs are listed for members of the workspace.')
}

export async function listWorkspaceRuns(deps: { db: Executor }, actor: Actor | null, input: ListRunsInput & { workspaceId: string }): Promise<Outcome<Run[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'workspace:read')
  return allowed.ok ? list(deps, eq(runs.workspaceId, allowed.value.workspaceId as WorkspaceId), input) : allowed
}

async function list(deps: { db: Executor }, where: SQL, { isOpen, before, limit }: ListRunsInput): Promise<Outcome<Run[], never>> {
  const open = isOpen === undefined ? undefined : isOpen ? isNull(runs.finishedAt) : isNotNull(runs.finishedAt)
  const older = before === undefined ? undefined : lt(runs.requestedAt, before)
  return accept(await selectRuns(deps.db, { where: and(where, open, older), orderBy: [desc(runs.requestedAt)], limit: limit ?? RUNS_PER_PAGE }))
}
