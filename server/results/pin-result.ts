/** Pins a result, so that it is kept whatever the workspace's rule says, or lets it go its way again. */
import { and, eq, isNull } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { results } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export async function pinResult(deps: { db: Executor }, actor: Actor | null, input: { resultId: string; isPinned: boolean }): Promise<Outcome<{ isPinned: boolean }, AuthorizeRefusal | 'result-gone'>> {
  const found = await authorizeResult(deps, actor, input.resultId)
  if (!found.ok) return found
  const allowed = await authorizeNotebook(deps, actor, found.value.notebookId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const [row] = await deps.db.update(results).set({ pinnedAt: input.isPinned ? new Date() : null }).where(and(eq(results.id, found.value.id), isNull(results.removedAt))).returning({ id: results.id })
  return row === undefined ? refuse('result-gone', 'This result was removed by the workspace’s rule already. Run the cell again.') : accept({ isPinned: input.isPinned })
}
