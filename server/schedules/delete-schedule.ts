/** Deletes a schedule and its history of ticks. The runs it made stay. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeSchedule } from './authorize-schedule.ts'

export async function deleteSchedule(deps: { db: Database }, actor: Actor | null, input: { scheduleId: string; requestId: string | null }): Promise<Outcome<null, AuthorizeRefusal>> {
  const allowed = await authorizeSchedule(deps, actor, input.scheduleId, 'schedule:manage')
  if (!allowed.ok) return allowed
  const { id, workspaceId, notebookId, cron, zone } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.delete(schedules).where(eq(schedules.id, id))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'schedule.delete', subject: id, detail: { notebookId, cron, zone }, requestId: input.requestId })
  })
  return accept(null)
}
