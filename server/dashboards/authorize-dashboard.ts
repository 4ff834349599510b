/** The gate of dashboards: a right in the workspace of the dashboard, or of the dashboard a tile is on. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type DashboardId, type TileId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type DashboardRow = typeof dashboards.$inferSelect
export type TileRow = typeof tiles.$inferSelect

export async function authorizeDashboard(deps: { db: Executor }, actor: Actor | null, dashboardId: string, action: Action): Promise<Outcome<DashboardRow, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such dashboard, or you have no access to it.')
  if (!isUuid(dashboardId)) return missing
  const [row] = await deps.db.select().from(dashboards).where(eq(dashboards.id, dashboardId as DashboardId))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, action)
  if (allowed.ok) return accept(row)
  return allowed.reason === 'not-found' ? missing : allowed
}

export async function authorizeTile(deps: { db: Executor }, actor: Actor | null, tileId: string, action: Action): Promise<Outcome<{ tile: TileRow; dashboard: DashboardRow }, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such tile, or you have no access to it.')
  if (!isUuid(tileId)) return missing
  const [tile] = await deps.db.select().from(tiles).where(eq(tiles.id, tileId as TileId))
  if (tile === undefined) return missing
  const dashboard = await authorizeDashboard(deps, actor, tile.dashboardId, action)
  if (dashboard.ok) return accept({ tile, dashboard: dashboard.value })
  return dashboard.reason === 'not-found' ? missing : dashboard
}
