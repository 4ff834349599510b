/**
 * The clock of the database was set back: some schedules are settled up to an instant that is now ahead.
 * They go on from now. Ticks that were called missed and are still to come are taken out again; those that
 * ran keep their row, so they cannot run twice.
 */
import { and, eq, gt } from 'drizzle-orm'
import { CLOCK_TOLERANCE_MS } from '#lib/domain/schedule.ts'
import { schedules, ticks } from '../store/schema/schedules.ts'
import { nextFire } from './cron.ts'
import type { SettleDeps } from './settle-schedule.ts'

export async function followClockBack(deps: SettleDeps, now: Date): Promise<void> {
  const ahead = await deps.db.select({ id: schedules.id }).from(schedules).where(gt(schedules.settledUntil, new Date(now.getTime() + CLOCK_TOLERANCE_MS)))
  for (const { id } of ahead) {
    await deps.db.transaction(async (tx) => {
      const [row] = await tx.select().from(schedules).where(eq(schedules.id, id)).for('update')
      if (row === undefined || row.settledUntil <= now) return
      await tx.delete(ticks).where(and(eq(ticks.scheduleId, id), eq(ticks.state, 'missed'), gt(ticks.dueAt, now)))
      await tx.update(schedules).set({ settledUntil: now, nextDueAt: nextFire(row.cron, row.zone, now) ?? row.nextDueAt }).where(eq(schedules.id, id))
    })
    deps.log.warn({ scheduleId: id }, 'the clock of the database was set back; the schedule goes on from now')
  }
}
