/** A result may be read by who may read its notebook: members by role, a guest only what the link's notebook shows now. */
import { eq } from 'drizzle-orm'
import { isUuid, type ResultId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { isShownNow } from '../shares/is-shown-now.ts'
import { results } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ResultRow = typeof results.$inferSelect

export async function authorizeResult(deps: { db: Executor }, actor: Actor | null, resultId: string): Promise<Outcome<ResultRow, AuthorizeRefusal>> {
  if (actor === null) return refuse('sign-in-needed', 'Sign in to see this result.')
  const missing = refuse('not-found', 'There is no such result, or you have no access to it.')
  if (!isUuid(resultId)) return missing
  const [row] = await deps.db.select().from(results).where(eq(results.id, resultId as ResultId))
  if (row === undefined) return missing
  const allowed = await authorizeNotebook(deps, actor, row.notebookId, 'result:read')
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return allowed.value.shareId === null || (await isShownNow(deps.db, row)) ? accept(row) : missing
}
