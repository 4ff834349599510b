/** A schedule is reached through the notebook it runs: who may not see that one does not learn that this one is there. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type ScheduleId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ScheduleRow = typeof schedules.$inferSelect

export async function authorizeSchedule(deps: { db: Executor }, actor: Actor | null, scheduleId: string, action: Action): Promise<Outcome<ScheduleRow, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such schedule, or you have no access to it.')
  if (!isUuid(scheduleId)) return missing
  const [row] = await deps.db.select().from(schedules).where(eq(schedules.id, scheduleId as ScheduleId))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, action)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return accept(row)
}
