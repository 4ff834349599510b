/** One workspace as a member sees it. */
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkspaceSummary } from '#lib/domain/workspace.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from './authorize.ts'

export async function readWorkspace(deps: { db: Executor }, actor: Actor | null, idOrSlug: string): Promise<Outcome<WorkspaceSummary, AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, idOrSlug, 'workspace:read')
  if (!allowed.ok) return allowed
  const { workspaceId, slug, name, role } = allowed.value
  return accept({ id: workspaceId, slug, name, role })
}
