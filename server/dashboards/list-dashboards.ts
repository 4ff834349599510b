/** The dashboards of a workspace, newest change first. */
import { count, desc, eq } from 'drizzle-orm'
import type { DashboardSummary } from '#lib/domain/dashboard.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { DashboardRow } from './authorize-dashboard.ts'

export async function listDashboards(deps: { db: Executor }, actor: Actor | null, workspaceId: string): Promise<Outcome<DashboardSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspaceId, 'dashboard:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select({ dashboard: dashboards, tiles: count(tiles.id) }).from(dashboards)
    .leftJoin(tiles, eq(tiles.dashboardId, dashboards.id))
    .where(eq(dashboards.workspaceId, allowed.value.workspaceId))
    .groupBy(dashboards.id)
    .orderBy(desc(dashboards.updatedAt))
  return accept(rows.map((row) => summarizeDashboard(row.dashboard, row.tiles)))
}

export const summarizeDashboard = (row: DashboardRow, tileCount: number): DashboardSummary => ({
  id: row.id, workspaceId: row.workspaceId, title: row.title, tiles: tileCount, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString(),
})
