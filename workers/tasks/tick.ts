/**
 * Task `tick`, once a minute by the queue's own clock: settles the schedules that are due and moves on workflow
 * runs that a lost `run-ended` left standing. May be called at any time and by several workers at once.
 */
import type { CronItem, Task } from 'graphile-worker'
import { settleSchedules } from '#server/schedules/settle-schedules.ts'
import type { SettleDeps } from '#server/schedules/settle-schedule.ts'
import { advanceStandingRuns } from '#server/workflows/advance-standing-runs.ts'

export const cronItems: CronItem[] = [
  { task: 'tick', match: '* * * * *', identifier: 'tick', options: { backfillPeriod: 0, maxAttempts: 1 } },
]

export const tickTask = (deps: SettleDeps): Task => async () => {
  const startedAt = performance.now()
  const { settled, failed } = await settleSchedules(deps)
  const advanced = await advanceStandingRuns(deps)
  if (settled + failed + advanced > 0) deps.log.info({ settled, failed, advanced, ms: Math.round(performance.now() - startedAt) }, 'tick')
}
