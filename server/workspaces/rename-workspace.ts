/** Changes the name of a workspace; its address (slug) stays, so links stay good. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkspaceSummary } from '#lib/domain/workspace.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { workspaces } from '../store/schema/workspaces.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from './authorize.ts'
import { checkWorkspaceName } from './check-workspace-name.ts'
import { recordAudit } from './record-audit.ts'

export async function renameWorkspace(
  deps: { db: Database },
  actor: Actor | null,
  input: { workspaceId: string; name: string; requestId: string | null },
): Promise<Outcome<WorkspaceSummary, AuthorizeRefusal | 'name-invalid'>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'workspace:rename')
  if (!allowed.ok) return allowed
  const name = checkWorkspaceName(input.name)
  if (!name.ok) return name
  const { workspaceId, slug, role } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.update(workspaces).set({ name: name.value }).where(eq(workspaces.id, workspaceId))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workspace.rename', subject: workspaceId, requestId: input.requestId })
  })
  return accept({ id: workspaceId, slug, name: name.value, role })
}
