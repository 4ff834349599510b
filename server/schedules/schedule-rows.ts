/** How schedules and ticks are read: rows of Postgres as the nouns of src/lib/domain/schedule.ts. */
import { and, asc, desc, eq, inArray, type SQL } from 'drizzle-orm'
import type { Schedule, Tick } from '#lib/domain/schedule.ts'
import type { ScheduleId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { runs } from '../store/schema/runs.ts'
import { schedules, ticks } from '../store/schema/schedules.ts'
import { describeCron } from './cron.ts'

export async function selectSchedules(db: Executor, where: SQL | undefined): Promise<Schedule[]> {
  const rows = await db
    .select({ schedule: schedules, notebookTitle: notebooks.title, ownerName: user.name })
    .from(schedules)
    .innerJoin(notebooks, eq(notebooks.id, schedules.notebookId))
    .leftJoin(user, eq(user.id, schedules.ownerId))
    .where(where)
    .orderBy(asc(schedules.isPaused), asc(schedules.nextDueAt), asc(schedules.id))
  const newest = await selectNewestTicks(db, rows.map((row) => row.schedule.id))
  return rows.map(({ schedule, notebookTitle, ownerName }) => ({
    id: schedule.id,
    notebookId: schedule.notebookId,
    notebookTitle,
    cellId: schedule.cellId,
    cron: schedule.cron,
    zone: schedule.zone,
    sentence: describeCron(schedule.cron),
    catchUp: schedule.catchUp,
    overlap: schedule.overlap,
    timeoutSeconds: schedule.timeoutSeconds,
    cellTimeoutSeconds: schedule.cellTimeoutSeconds,
    isPaused: schedule.isPaused,
    pauseReason: schedule.pauseReason,
    owner: schedule.ownerId === null || ownerName === null ? null : { id: schedule.ownerId, name: ownerName },
    nextDueAt: schedule.isPaused ? null : schedule.nextDueAt.toISOString(),
    lastTick: newest.get(schedule.id) ?? null,
  }))
}

export async function selectTicks(db: Executor, scheduleId: ScheduleId, limit: number): Promise<Tick[]> {
  const rows = await db.select({ tick: ticks, runState: runs.state }).from(ticks)
    .leftJoin(runs, eq(runs.id, ticks.runId))
    .where(eq(ticks.scheduleId, scheduleId))
    .orderBy(desc(ticks.dueAt))
    .limit(limit)
  return rows.map(toTick)
}

async function selectNewestTicks(db: Executor, ids: ScheduleId[]): Promise<Map<ScheduleId, Tick>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectDistinctOn([ticks.scheduleId], { tick: ticks, runState: runs.state }).from(ticks)
    .leftJoin(runs, eq(runs.id, ticks.runId))
    .where(and(inArray(ticks.scheduleId, ids)))
    .orderBy(ticks.scheduleId, desc(ticks.dueAt))
  return new Map(rows.map((row) => [row.tick.scheduleId, toTick(row)]))
}

const toTick = ({ tick, runState }: { tick: typeof ticks.$inferSelect; runState: Tick['runState'] }): Tick => ({
  dueAt: tick.dueAt.toISOString(), state: tick.state, reason: tick.reason, runId: tick.runId, runState,
})
