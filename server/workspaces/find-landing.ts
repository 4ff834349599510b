/** Where a person lands: the Welcome notebook when it is asked for and theirs to see, else the workspace joined last. */
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { UserId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { members, workspaces } from '../store/schema/workspaces.ts'
import { WELCOME_ID } from '../store/welcome-notebook.ts'

/** For someone who left the last workspace: the page where a new one is made. */
const NO_WORKSPACE = '/settings/workspaces'

export async function findLanding(deps: { db: Executor }, userId: UserId, wish: { prefersWelcome: boolean }): Promise<string> {
  if (wish.prefersWelcome) {
    const [welcome] = await deps.db.select({ slug: workspaces.slug }).from(notebooks)
      .innerJoin(workspaces, eq(workspaces.id, notebooks.workspaceId))
      .innerJoin(members, and(eq(members.workspaceId, workspaces.id), eq(members.userId, userId)))
      .where(and(eq(notebooks.id, WELCOME_ID), isNull(notebooks.trashedAt)))
    if (welcome !== undefined) return `/${welcome.slug}/n/${WELCOME_ID}`
  }
  const [newest] = await deps.db.select({ slug: workspaces.slug }).from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(eq(members.userId, userId)).orderBy(desc(members.createdAt)).limit(1)
  return newest === undefined ? NO_WORKSPACE : `/${newest.slug}`
}
