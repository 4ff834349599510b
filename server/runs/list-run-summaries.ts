/** The runs of a workspace for a list, newest first: who, what, how it went, without any source. */
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { RunFilter, RunSummary } from '#lib/domain/run-summary.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { runs } from '../store/schema/runs.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { RUNS_PER_PAGE } from './list-runs.ts'
import { reasonFrom } from './run-rows.ts'

export interface RunSummaryQuery {
  workspaceId: string
  filter: RunFilter
  /** Only runs requested before this instant: the next page. */
  before?: Date | undefined
  limit?: number | undefined
}

export async function listRunSummaries(deps: { db: Executor }, actor: Actor | null, query: RunSummaryQuery): Promise<Outcome<RunSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, query.workspaceId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { filter, before } = query
  const state = filter === 'all' ? undefined : filter === 'open' ? isNull(runs.finishedAt) : eq(runs.state, filter)
  const rows = await deps.db
    .select({ run: runs, title: notebooks.title, name: user.name, cellCount: sql<number>`(select count(*)::int from run_cells where run_cells.run_id = ${runs.id})` })
    .from(runs)
    .innerJoin(notebooks, eq(notebooks.id, runs.notebookId))
    .leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.workspaceId, allowed.value.workspaceId), state, before === undefined ? undefined : lt(runs.requestedAt, before)))
    .orderBy(desc(runs.requestedAt)).limit(query.limit ?? RUNS_PER_PAGE)
  return accept(rows.map(({ run, title, name, cellCount }) => ({
    id: run.id, notebookId: run.notebookId, notebookTitle: title, cause: run.cause, scope: run.scope, isRerun: run.rerunOf !== null, state: run.state, reason: reasonFrom(run.reason), cellCount,
    requestedBy: run.requestedBy === null || name === null ? null : { id: run.requestedBy, name },
    requestedAt: run.requestedAt.toISOString(), startedAt: run.startedAt?.toISOString() ?? null, finishedAt: run.finishedAt?.toISOString() ?? null,
  })))
}
