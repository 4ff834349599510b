/** A dashboard with what its tiles show now. */
import type { Dashboard } from '#lib/domain/dashboard.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeDashboard } from './authorize-dashboard.ts'
import { readTiles } from './read-tiles.ts'

export async function readDashboard(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, dashboardId: string): Promise<Outcome<Dashboard, AuthorizeRefusal>> {
  const allowed = await authorizeDashboard(deps, actor, dashboardId, 'dashboard:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, title, createdAt, updatedAt } = allowed.value
  return accept({ id, workspaceId, title, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(), tiles: await readTiles(deps, id) })
}
