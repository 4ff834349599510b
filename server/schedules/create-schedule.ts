/** Makes a schedule for a notebook or one of its cells. It runs with the current rights of the person who made it. */
import { eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { PlanRefusal } from '#lib/domain/run-plan.ts'
import type { CatchUp, Overlap, Schedule } from '#lib/domain/schedule.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { checkCron, nextFire } from './cron.ts'
import { checkScheduledCell, type NotebookReader } from './check-scheduled-cell.ts'
import { databaseNow } from './database-now.ts'
import { selectSchedules } from './schedule-rows.ts'

export interface NewSchedule {
  /** Id or slug; when given, the notebook must be in it. */
  workspaceId?: string
  notebookId: string
  cellId?: string | null | undefined
  cron: string
  zone: string
  catchUp?: CatchUp | undefined
  overlap?: Overlap | undefined
  timeoutSeconds?: number | null | undefined
  cellTimeoutSeconds?: number | null | undefined
  requestId: string | null
}

export type CreateScheduleRefusal = AuthorizeRefusal | PlanRefusal | 'cron-invalid' | 'zone-invalid'

export async function createSchedule(deps: { db: Database } & NotebookReader, actor: Actor | null, input: NewSchedule): Promise<Outcome<Schedule, CreateScheduleRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'schedule:manage')
  if (!allowed.ok) return allowed
  const notebook = allowed.value
  if (input.workspaceId !== undefined && input.workspaceId !== notebook.workspaceId && input.workspaceId !== notebook.workspaceSlug) {
    return refuse('not-found', 'There is no such notebook in this workspace.')
  }
  const now = await databaseNow(deps.db)
  const when = checkCron(input.cron, input.zone, now)
  if (!when.ok) return when
  const cell = await checkScheduledCell(deps, notebook.id, input.cellId ?? null)
  if (!cell.ok) return cell
  const { cron, zone } = when.value
  const nextDueAt = nextFire(cron, zone, now)
  if (nextDueAt === null) return refuse('cron-invalid', 'That day never comes: no month has it. Choose another day or month.')
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.insert(schedules).values({
      workspaceId: notebook.workspaceId, notebookId: notebook.id, cellId: cell.value, cron, zone,
      catchUp: input.catchUp ?? 'latest', overlap: input.overlap ?? 'queue',
      timeoutSeconds: input.timeoutSeconds ?? null, cellTimeoutSeconds: input.cellTimeoutSeconds ?? null,
      ownerId: (actor as Member).userId, settledUntil: now, failuresSince: now, nextDueAt,
    }).returning({ id: schedules.id })
    await recordAudit(tx, { workspaceId: notebook.workspaceId, actor: actor!, action: 'schedule.create', subject: row!.id, detail: { notebookId: notebook.id, cron, zone }, requestId: input.requestId })
    const [schedule] = await selectSchedules(tx, eq(schedules.id, row!.id))
    return accept(schedule!)
  })
}
