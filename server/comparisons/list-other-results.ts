/** The other results of the cell that made one: what it can be compared with, newest first, and whether their tables are still there. */
import { and, desc, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { OtherResult } from '#lib/domain/other-result.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { authorizeResult } from '../results/authorize-result.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeComparing } from './authorize-comparison.ts'

export const OTHERS_LISTED = 200

/** The result itself is among them. A table that was loaded whole later stands where its first rows stand, before them. */
export async function listOtherResults(deps: { db: Executor }, actor: Actor | null, resultId: string): Promise<Outcome<OtherResult[], AuthorizeRefusal>> {
  const found = await authorizeResult(deps, actor, resultId)
  if (!found.ok) return found
  const { notebookId, cellId } = found.value
  const allowed = await authorizeComparing(deps, actor, notebookId)
  if (!allowed.ok) return allowed
  const part = alias(results, 'part')
  const shownAt = sql`coalesce(${part.createdAt}, ${results.createdAt})`
  const rows = await deps.db.select({
    id: results.id, runId: results.runId, createdAt: results.createdAt, rows: results.rows, columns: sql<number>`jsonb_array_length(${results.columns})`, truncated: results.truncated,
    removedAt: results.removedAt, state: runCells.state, cause: runs.cause, name: user.name,
    place: sql<number>`dense_rank() over (partition by ${results.runId} order by ${shownAt}, coalesce(${part.path}, ${results.path}))::int`,
  }).from(results)
    .innerJoin(runCells, and(eq(runCells.runId, results.runId), eq(runCells.cellId, results.cellId)))
    .innerJoin(runs, eq(runs.id, results.runId)).leftJoin(user, eq(user.id, runs.requestedBy))
    .leftJoin(part, eq(part.id, results.wholeOf))
    .where(and(eq(results.notebookId, notebookId), eq(results.cellId, cellId))).orderBy(desc(shownAt), desc(results.createdAt), desc(results.path)).limit(OTHERS_LISTED)
  return accept(rows.map(({ createdAt, removedAt, name, ...row }) => ({ ...row, createdAt: createdAt.toISOString(), isGone: removedAt !== null, requestedBy: name === null ? null : { name } })))
}
