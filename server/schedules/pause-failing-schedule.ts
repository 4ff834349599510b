/** After a scheduled run ended: pauses its schedule when too many in a row failed. Safe to be called again for the same run. */
import { and, desc, eq, gte, isNotNull } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { pauseAfterFailures } from '#lib/domain/schedule.ts'
import type { CoreDeps } from '../deps.ts'
import { runs } from '../store/schema/runs.ts'
import { schedules, ticks } from '../store/schema/schedules.ts'
import { pauseSchedule } from './settle-schedule.ts'

const RUNS_LOOKED_AT = 20

export async function pauseFailingSchedule(deps: Pick<CoreDeps, 'db' | 'log'>, runId: RunId): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const [row] = await tx.select({ schedule: schedules }).from(ticks).innerJoin(schedules, eq(schedules.id, ticks.scheduleId))
      .where(eq(ticks.runId, runId)).for('update', { of: schedules })
    if (row === undefined || row.schedule.isPaused) return
    const { schedule } = row
    const ended = await tx.select({ state: runs.state }).from(ticks).innerJoin(runs, eq(runs.id, ticks.runId))
      .where(and(eq(ticks.scheduleId, schedule.id), gte(ticks.dueAt, schedule.failuresSince), isNotNull(runs.finishedAt)))
      .orderBy(desc(runs.finishedAt)).limit(RUNS_LOOKED_AT)
    const reason = pauseAfterFailures(ended.map((run) => run.state))
    if (reason === null) return
    await pauseSchedule(tx, schedule, reason)
    deps.log.warn({ scheduleId: schedule.id, runId }, 'schedule paused after failures')
  })
}
