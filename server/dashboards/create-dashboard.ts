/** Makes an empty dashboard. */
import { checkDashboardTitle, type DashboardSummary } from '#lib/domain/dashboard.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import type { Executor } from '../store/client.ts'
import { dashboards } from '../store/schema/dashboards.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { summarizeDashboard } from './list-dashboards.ts'

export type DashboardTitleRefusal = 'title-empty' | 'title-too-long'

export async function createDashboard(deps: { db: Executor }, actor: Actor | null, input: { workspaceId: string; title: string; requestId: string | null }): Promise<Outcome<DashboardSummary, AuthorizeRefusal | DashboardTitleRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const title = checkDashboardTitle(input.title)
  if (!title.ok) return title
  const { workspaceId } = allowed.value
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.insert(dashboards).values({ workspaceId, title: title.value, createdBy: memberIdOf(actor) }).returning()
    if (row === undefined) throw new Error('The dashboard was not written.')
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'dashboard.create', subject: row.id, requestId: input.requestId })
    return accept(summarizeDashboard(row, 0))
  })
}
