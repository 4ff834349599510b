/** Who is in a workspace, with role. Every member may see it. */
import { asc, eq } from 'drizzle-orm'
import type { UserId } from '#lib/domain/ids.ts'
import type { MemberSummary } from '#lib/domain/member.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { members } from '../store/schema/workspaces.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from './authorize.ts'

export async function listMembers(deps: { db: Executor }, actor: Actor | null, workspaceId: string): Promise<Outcome<MemberSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspaceId, 'workspace:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db
    .select({ userId: user.id, name: user.name, email: user.email, role: members.role, since: members.createdAt })
    .from(members)
    .innerJoin(user, eq(user.id, members.userId))
    .where(eq(members.workspaceId, allowed.value.workspaceId))
    .orderBy(asc(members.createdAt), asc(user.name))
  return accept(rows.map((row) => ({ ...row, userId: row.userId as UserId, since: row.since.toISOString() })))
}
