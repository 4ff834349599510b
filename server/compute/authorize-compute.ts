/** A compute is its workspace's: who is not a member does not learn that it exists. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type ComputeId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ComputeRow = typeof computes.$inferSelect

export async function authorizeCompute(deps: { db: Executor }, actor: Actor | null, computeId: string, action: Action): Promise<Outcome<ComputeRow, AuthorizeRefusal>> {
  const [row] = isUuid(computeId) ? await deps.db.select().from(computes).where(eq(computes.id, computeId as ComputeId)) : []
  if (row === undefined) return refuse('not-found', 'There is no such compute, or you have no access to it.')
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, action)
  if (allowed.ok) return accept(row)
  return allowed.reason === 'not-found' ? refuse('not-found', 'There is no such compute, or you have no access to it.') : allowed
}
