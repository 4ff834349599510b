/**
 * Changes a schedule, pauses it or lets it go on. From then on it counts anew: ticks of the time before
 * (under the old text, or while paused on purpose) are neither run nor called missed. If its owner may no
 * longer run, the person who lets it go on becomes the owner.
 */
import { eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { CatchUp, Overlap, Schedule } from '#lib/domain/schedule.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database, Executor } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import { mayRun } from '../workspaces/may-run.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeSchedule, type ScheduleRow } from './authorize-schedule.ts'
import { checkScheduledCell, type NotebookReader } from './check-scheduled-cell.ts'
import type { CreateScheduleRefusal } from './create-schedule.ts'
import { checkCron, nextFire } from './cron.ts'
import { databaseNow } from './database-now.ts'
import { selectSchedules } from './schedule-rows.ts'

export interface ScheduleChange {
  scheduleId: string
  cellId?: string | null | undefined
  cron?: string | undefined
  zone?: string | undefined
  catchUp?: CatchUp | undefined
  overlap?: Overlap | undefined
  timeoutSeconds?: number | null | undefined
  cellTimeoutSeconds?: number | null | undefined
  isPaused?: boolean | undefined
  requestId: string | null
}

export async function updateSchedule(deps: { db: Database } & NotebookReader, actor: Actor | null, input: ScheduleChange): Promise<Outcome<Schedule, CreateScheduleRefusal>> {
  const allowed = await authorizeSchedule(deps, actor, input.scheduleId, 'schedule:manage')
  if (!allowed.ok) return allowed
  const before = allowed.value
  const now = await databaseNow(deps.db)
  const when = checkCron(input.cron ?? before.cron, input.zone ?? before.zone, now)
  if (!when.ok) return when
  const cell = await checkScheduledCell(deps, before.notebookId, input.cellId === undefined ? before.cellId : input.cellId)
  if (!cell.ok && input.isPaused !== true) return cell
  const nextDueAt = nextFire(when.value.cron, when.value.zone, now)
  if (nextDueAt === null) return refuse('cron-invalid', 'That day never comes: no month has it. Choose another day or month.')
  return deps.db.transaction(async (tx) => {
    await tx.update(schedules).set({
      ...when.value,
      cellId: cell.ok ? cell.value : before.cellId,
      catchUp: input.catchUp ?? before.catchUp,
      overlap: input.overlap ?? before.overlap,
      timeoutSeconds: input.timeoutSeconds === undefined ? before.timeoutSeconds : input.timeoutSeconds,
      cellTimeoutSeconds: input.cellTimeoutSeconds === undefined ? before.cellTimeoutSeconds : input.cellTimeoutSeconds,
      ...(await pauseColumns(tx, before, input.isPaused, (actor as Member).userId)),
      ...(countsAnew(before, input, when.value) ? { settledUntil: now, failuresSince: now, nextDueAt } : {}),
    }).where(eq(schedules.id, before.id))
    const action = input.isPaused === undefined || input.isPaused === before.isPaused ? 'schedule.update' : input.isPaused ? 'schedule.pause' : 'schedule.resume'
    await recordAudit(tx, { workspaceId: before.workspaceId, actor: actor!, action, subject: before.id, detail: when.value, requestId: input.requestId })
    const [schedule] = await selectSchedules(tx, eq(schedules.id, before.id))
    return accept(schedule!)
  })
}

const countsAnew = (before: ScheduleRow, input: ScheduleChange, when: { cron: string; zone: string }): boolean =>
  when.cron !== before.cron || when.zone !== before.zone || (before.isPaused && input.isPaused === false)

async function pauseColumns(tx: Executor, before: ScheduleRow, isPaused: boolean | undefined, userId: string): Promise<Partial<ScheduleRow>> {
  if (isPaused === undefined || isPaused === before.isPaused) return {}
  if (isPaused) return { isPaused, pauseReason: null }
  const keepsOwner = await mayRun(tx, before.workspaceId, before.ownerId)
  return { isPaused, pauseReason: null, ...(keepsOwner ? {} : { ownerId: userId }) }
}
