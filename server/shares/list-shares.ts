/** The links of a workspace that still work, newest first; of one notebook or dashboard when asked. Tokens are not among it. */
import { and, desc, eq, isNull, or, sql } from 'drizzle-orm'
import { isUuid, type DashboardId, type NotebookId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { ShareSummary } from '#lib/domain/share.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { dashboards, shares, tiles } from '../store/schema/dashboards.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface ListSharesInput {
  workspaceId: string
  notebookId?: string
  /** Its tiles' embeds too. */
  dashboardId?: string
}

export async function listShares(deps: { db: Executor }, actor: Actor | null, input: ListSharesInput): Promise<Outcome<ShareSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'share:manage')
  if (!allowed.ok) return allowed
  const { notebookId, dashboardId } = input
  if ([notebookId, dashboardId].some((id) => id !== undefined && !isUuid(id))) return accept([])
  const rows = await deps.db
    .select({ share: shares, createdBy: user.name, notebook: notebooks.title, dashboard: dashboards.title, tile: tiles.title })
    .from(shares)
    .leftJoin(user, eq(user.id, shares.createdBy))
    .leftJoin(notebooks, eq(notebooks.id, shares.notebookId))
    .leftJoin(tiles, eq(tiles.id, shares.tileId))
    .leftJoin(dashboards, or(eq(dashboards.id, shares.dashboardId), eq(dashboards.id, tiles.dashboardId)))
    .where(and(
      eq(shares.workspaceId, allowed.value.workspaceId),
      isNull(shares.revokedAt),
      sql`coalesce(${shares.expiresAt} > now(), true)`,
      notebookId === undefined ? undefined : eq(shares.notebookId, notebookId as NotebookId),
      dashboardId === undefined ? undefined : eq(dashboards.id, dashboardId as DashboardId),
    ))
    .orderBy(desc(shares.createdAt))
  return accept(rows.map(({ share, createdBy, notebook, dashboard, tile }) => ({
    id: share.id, kind: share.kind, title: (share.kind === 'tile' ? tile || dashboard : (notebook ?? dashboard)) ?? '',
    notebookId: share.notebookId, dashboardId: share.dashboardId, tileId: share.tileId, allowedOrigins: share.allowedOrigins,
    expiresAt: share.expiresAt?.toISOString() ?? null, lastUsedAt: share.lastUsedAt?.toISOString() ?? null,
    createdBy, createdAt: share.createdAt.toISOString(),
  })))
}
