/**
 * The tick: settles every schedule that is due, each in a transaction of its own. Any number of workers may
 * do it at once, at any time: rows are taken with `skip locked`, and a tick is UNIQUE(schedule, due_at).
 * Only the clock of the database counts (F18). A schedule that cannot be settled is logged and does not hold
 * the others up.
 */
import { and, asc, eq, lte, not, notInArray } from 'drizzle-orm'
import type { ScheduleId } from '#lib/domain/ids.ts'
import { schedules } from '../store/schema/schedules.ts'
import { databaseNow } from './database-now.ts'
import { followClockBack } from './follow-clock-back.ts'
import { settleSchedule, type SettleDeps } from './settle-schedule.ts'

/** Schedules settled side by side in one process; each takes a connection. */
const LANES = 4

export async function settleSchedules(deps: SettleDeps, at?: Date): Promise<{ settled: number; failed: number }> {
  const now = at ?? await databaseNow(deps.db)
  await followClockBack(deps, now)
  const done = { settled: 0, failed: 0 }
  const failing: ScheduleId[] = []
  const lane = async (): Promise<void> => {
    for (let one = await settleNext(deps, now, failing); one !== null; one = await settleNext(deps, now, failing)) done[one]++
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return done
}

async function settleNext(deps: SettleDeps, now: Date, failing: ScheduleId[]): Promise<'settled' | 'failed' | null> {
  let taken: ScheduleId | null = null
  try {
    await deps.db.transaction(async (tx) => {
      const [row] = await tx.select().from(schedules)
        .where(and(not(schedules.isPaused), lte(schedules.nextDueAt, now), failing.length > 0 ? notInArray(schedules.id, failing) : undefined))
        .orderBy(asc(schedules.nextDueAt)).limit(1).for('update', { skipLocked: true })
      if (row === undefined) return
      taken = row.id
      await settleSchedule(deps, tx, row, now)
    })
    return taken === null ? null : 'settled'
  } catch (error) {
    if (taken === null) throw error
    failing.push(taken)
    deps.log.error({ err: error, scheduleId: taken }, 'a schedule could not be settled')
    return 'failed'
  }
}
