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
  const failing = new Set<ScheduleId>()
  let settled = 0
  const lane = async (): Promise<void> => {
    for (let end = await settleNext(deps, now, failing); end !== 'none'; end = await settleNext(deps, now, failing)) if (end === 'settled') settled++
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return { settled, failed: failing.size }
}

async function settleNext(deps: SettleDeps, now: Date, failing: Set<ScheduleId>): Promise<'settled' | 'failed' | 'none'> {
  let taken: ScheduleId | null = null
  try {
    await deps.db.transaction(async (tx) => {
      const [row] = await tx.select().from(schedules)
        .where(and(not(schedules.isPaused), lte(schedules.nextDueAt, now), failing.size > 0 ? notInArray(schedules.id, [...failing]) : undefined))
        .orderBy(asc(schedules.nextDueAt)).limit(1).for('update', { skipLocked: true })
      if (row === undefined) return
      taken = row.id
      // Another lane may have failed on it after this question was put.
      if (!failing.has(row.id)) await settleSchedule(deps, tx, row, now)
    })
    return taken === null ? 'none' : failing.has(taken) ? 'failed' : 'settled'
  } catch (error) {
    if (taken === null) throw error
    if (!failing.has(taken)) deps.log.error({ err: error, scheduleId: taken }, 'a schedule could not be settled')
    failing.add(taken)
    return 'failed'
  }
}
