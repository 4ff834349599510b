/** Who may share what: a right in the workspace of the thing that is shared. */
import { eq } from 'drizzle-orm'
import { isUuid, type DashboardId, type NotebookId, type TileId, type WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import { authorizeNotebook, authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ShareTarget = { kind: 'notebook'; notebookId: string } | { kind: 'dashboard'; dashboardId: string } | { kind: 'tile'; tileId: string }

export interface AuthorizedTarget {
  workspaceId: WorkspaceId
  title: string
  notebookId: NotebookId | null
  dashboardId: DashboardId | null
  tileId: TileId | null
}

export async function authorizeTarget(deps: { db: Executor }, actor: Actor | null, target: ShareTarget): Promise<Outcome<AuthorizedTarget, AuthorizeRefusal>> {
  if (target.kind === 'notebook') {
    const allowed = await authorizeNotebook(deps, actor, target.notebookId, 'share:manage')
    return allowed.ok ? accept({ workspaceId: allowed.value.workspaceId, title: allowed.value.title, notebookId: allowed.value.id, dashboardId: null, tileId: null }) : allowed
  }
  const found = target.kind === 'dashboard' ? await findDashboard(deps.db, target.dashboardId) : await findTile(deps.db, target.tileId)
  const missing = refuse('not-found', `There is no such ${target.kind}, or you have no access to it.`)
  if (found === null) return missing
  const allowed = await authorizeWorkspace(deps, actor, found.workspaceId, 'share:manage')
  if (allowed.ok) return accept(found)
  return allowed.reason === 'not-found' ? missing : allowed
}

async function findDashboard(db: Executor, id: string): Promise<AuthorizedTarget | null> {
  if (!isUuid(id)) return null
  const [row] = await db.select().from(dashboards).where(eq(dashboards.id, id as DashboardId))
  return row === undefined ? null : { workspaceId: row.workspaceId, title: row.title, notebookId: null, dashboardId: row.id, tileId: null }
}

async function findTile(db: Executor, id: string): Promise<AuthorizedTarget | null> {
  if (!isUuid(id)) return null
  const [row] = await db.select({ id: tiles.id, title: tiles.title, dashboardTitle: dashboards.title, workspaceId: dashboards.workspaceId }).from(tiles)
    .innerJoin(dashboards, eq(dashboards.id, tiles.dashboardId)).where(eq(tiles.id, id as TileId))
  return row === undefined ? null : { workspaceId: row.workspaceId, title: row.title || row.dashboardTitle, notebookId: null, dashboardId: null, tileId: row.id }
}
