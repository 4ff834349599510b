/** Renames a dashboard and moves its tiles; the whole layout is written in one transaction, so it is never half moved. */
import { and, eq } from 'drizzle-orm'
import { checkDashboardTitle, fitPlace, type TilePlace } from '#lib/domain/dashboard.ts'
import type { TileId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeDashboard } from './authorize-dashboard.ts'
import type { DashboardTitleRefusal } from './create-dashboard.ts'

export interface EditDashboardInput {
  dashboardId: string
  title?: string
  /** Tiles of other dashboards in it are passed over. */
  places?: ({ id: string } & TilePlace)[]
}

export async function editDashboard(deps: { db: Executor }, actor: Actor | null, input: EditDashboardInput): Promise<Outcome<null, AuthorizeRefusal | DashboardTitleRefusal>> {
  const allowed = await authorizeDashboard(deps, actor, input.dashboardId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const title = input.title === undefined ? null : checkDashboardTitle(input.title)
  if (title?.ok === false) return title
  const { id } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.update(dashboards).set({ ...(title === null ? {} : { title: title.value }), updatedAt: new Date() }).where(eq(dashboards.id, id))
    for (const { id: tileId, ...place } of input.places ?? []) {
      await tx.update(tiles).set(fitPlace(place)).where(and(eq(tiles.id, tileId as TileId), eq(tiles.dashboardId, id)))
    }
  })
  return accept(null)
}
