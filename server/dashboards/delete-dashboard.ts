/** Deletes a dashboard with its tiles and embeds. The results it showed stay. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { dashboards } from '../store/schema/dashboards.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeDashboard } from './authorize-dashboard.ts'

export async function deleteDashboard(deps: { db: Executor }, actor: Actor | null, input: { dashboardId: string; requestId: string | null }): Promise<Outcome<null, AuthorizeRefusal>> {
  const allowed = await authorizeDashboard(deps, actor, input.dashboardId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const { id, workspaceId, title } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.delete(dashboards).where(eq(dashboards.id, id))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'dashboard.delete', subject: id, detail: { title }, requestId: input.requestId })
  })
  return accept(null)
}
