/** A comparison is its notebook's: members by role may see it, whoever may read the results. Guests of a link see the notebook as it is now, not its past. */
import { eq } from 'drizzle-orm'
import { isUuid, type ComparisonId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { TableRef } from '../reader/reader.ts'
import type { Executor } from '../store/client.ts'
import { comparisons } from '../store/schema/comparisons.ts'
import { authorizeNotebook, type AuthorizedNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ComparisonRow = typeof comparisons.$inferSelect

export async function authorizeComparing(deps: { db: Executor }, actor: Actor | null, notebookId: string): Promise<Outcome<AuthorizedNotebook, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'result:read')
  if (allowed.ok && allowed.value.shareId !== null) return refuse('not-allowed', 'Only members of the workspace compare results.')
  return allowed
}

export async function authorizeComparison(deps: { db: Executor }, actor: Actor | null, id: string): Promise<Outcome<{ row: ComparisonRow; notebook: AuthorizedNotebook }, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such comparison any more, or you have no access to it. Compare the two results again.')
  const [row] = isUuid(id) ? await deps.db.select().from(comparisons).where(eq(comparisons.id, id as ComparisonId)) : []
  if (row === undefined) return actor === null ? refuse('sign-in-needed', 'Sign in to see this comparison.') : missing
  const allowed = await authorizeComparing(deps, actor, row.notebookId)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return accept({ row, notebook: allowed.value })
}

/** Its table of rows that differ. */
export const tableOf = ({ path, columns }: ComparisonRow): TableRef => ({ path, version: 0, columns })
