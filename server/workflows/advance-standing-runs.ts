/** Which runs of workflows have something to do now: those with a step whose run has just ended, and (once a minute) any that stand still. */
import { and, eq, isNotNull } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { runs } from '../store/schema/runs.ts'
import { workflowRuns, workflowRunSteps } from '../store/schema/schedules.ts'
import { advanceWorkflowRun, type AdvanceDeps } from './advance-workflow-run.ts'

export async function advanceRunsOfStep(deps: AdvanceDeps, runId: RunId): Promise<void> {
  const rows = await deps.db.select({ id: workflowRunSteps.workflowRunId }).from(workflowRunSteps)
    .where(and(eq(workflowRunSteps.runId, runId), eq(workflowRunSteps.state, 'running')))
  for (const { id } of rows) await advanceWorkflowRun(deps, id)
}

/** Returns how many were looked at. */
export async function advanceStandingRuns(deps: AdvanceDeps): Promise<number> {
  const rows = await deps.db.selectDistinct({ id: workflowRuns.id }).from(workflowRuns)
    .innerJoin(workflowRunSteps, and(eq(workflowRunSteps.workflowRunId, workflowRuns.id), eq(workflowRunSteps.state, 'running')))
    .innerJoin(runs, and(eq(runs.id, workflowRunSteps.runId), isNotNull(runs.finishedAt)))
    .where(eq(workflowRuns.state, 'running'))
  for (const { id } of rows) await advanceWorkflowRun(deps, id)
  return rows.length
}
