/** The workspaces of a member, oldest membership first. */
import { asc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkspaceSummary } from '#lib/domain/workspace.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { members, workspaces } from '../store/schema/workspaces.ts'

export async function listWorkspaces(deps: { db: Executor }, actor: Actor | null): Promise<Outcome<WorkspaceSummary[], 'sign-in-needed'>> {
  if (actor?.kind !== 'member') return refuse('sign-in-needed', 'Sign in to see your workspaces.')
  const rows = await deps.db
    .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name, role: members.role })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(eq(members.userId, actor.userId))
    .orderBy(asc(members.createdAt))
  return accept(rows)
}
