/** Task `run-ended`: what a scheduled run or a step of a workflow leads to when it has ended. Idempotent, so the queue may repeat it. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { RunId } from '#lib/domain/ids.ts'
import { pauseFailingSchedule } from '#server/schedules/pause-failing-schedule.ts'
import { advanceRunsOfStep } from '#server/workflows/advance-standing-runs.ts'
import type { AdvanceDeps } from '#server/workflows/advance-workflow-run.ts'

const payloadSchema = z.object({ runId: z.uuid() })

export const runEndedTask = (deps: AdvanceDeps): Task => async (payload) => {
  const runId = payloadSchema.parse(payload).runId as RunId
  await pauseFailingSchedule(deps, runId)
  await advanceRunsOfStep(deps, runId)
}
