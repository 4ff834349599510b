/** Whether a person may run notebooks of a workspace now. Asked at each tick and step, not only when something is made (S32). */
import { and, eq } from 'drizzle-orm'
import { can } from '#lib/domain/access.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { members } from '../store/schema/workspaces.ts'

export async function mayRun(db: Executor, workspaceId: WorkspaceId, userId: string | null): Promise<boolean> {
  if (userId === null) return false
  const [row] = await db.select({ role: members.role }).from(members).where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)))
  return row !== undefined && can(row.role, 'run:request')
}
