/** One schedule with its next five instants and the history of its ticks, newest first. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Schedule, Tick } from '#lib/domain/schedule.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeSchedule } from './authorize-schedule.ts'
import { nextFires } from './cron.ts'
import { databaseNow } from './database-now.ts'
import { selectSchedules, selectTicks } from './schedule-rows.ts'

const NEXT_SHOWN = 5
export const TICKS_SHOWN = 200

export interface ScheduleWithTicks extends Schedule {
  next: string[]
  ticks: Tick[]
}

export async function readSchedule(deps: { db: Executor }, actor: Actor | null, scheduleId: string): Promise<Outcome<ScheduleWithTicks, AuthorizeRefusal>> {
  const allowed = await authorizeSchedule(deps, actor, scheduleId, 'schedule:read')
  if (!allowed.ok) return allowed
  const { id, cron, zone } = allowed.value
  const [schedule] = await selectSchedules(deps.db, eq(schedules.id, id))
  const next = nextFires(cron, zone, await databaseNow(deps.db), NEXT_SHOWN)
  return accept({ ...schedule!, next: next.map((at) => at.toISOString()), ticks: await selectTicks(deps.db, id, TICKS_SHOWN) })
}
