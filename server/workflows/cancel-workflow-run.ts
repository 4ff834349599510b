/** Cancels a run of a workflow: what waits never starts, what runs is interrupted, and it ends when nothing is left running. */
import { and, asc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { describeCancel } from '#lib/domain/run-cancel.ts'
import type { WorkflowRun } from '#lib/domain/workflow.ts'
import type { Actor, Member } from '../auth/actor.ts'
import { cancelWithin } from '../runs/cancel-run.ts'
import { workflowRuns, workflowRunSteps } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { advanceWithin, withReader, type WebDeps } from './advance-workflow-run.ts'
import { authorizeWorkflowRun } from './authorize-workflow.ts'
import { selectWorkflowRuns } from './workflow-rows.ts'

export async function cancelWorkflowRun(
  deps: WebDeps & { now: () => Date },
  actor: Actor | null,
  input: { workflowRunId: string; requestId: string | null },
): Promise<Outcome<WorkflowRun, AuthorizeRefusal | 'workflow-ended'>> {
  const allowed = await authorizeWorkflowRun(deps, actor, input.workflowRunId, 'workflow:run')
  if (!allowed.ok) return allowed
  const { run: { id }, workflow } = allowed.value
  const reason = describeCancel((actor as Member).name)
  return deps.db.transaction(async (tx) => {
    const [run] = await tx.select({ state: workflowRuns.state }).from(workflowRuns).where(eq(workflowRuns.id, id)).for('update')
    if (run?.state !== 'running') return refuse('workflow-ended', 'This run has already ended.')
    const ofRun = eq(workflowRunSteps.workflowRunId, id)
    await tx.update(workflowRunSteps).set({ state: 'cancelled', reason }).where(and(ofRun, eq(workflowRunSteps.state, 'waiting')))
    // In the order of notebooks, as everywhere that takes several of them.
    const going = await tx.select({ runId: workflowRunSteps.runId }).from(workflowRunSteps)
      .where(and(ofRun, eq(workflowRunSteps.state, 'running'))).orderBy(asc(workflowRunSteps.notebookId))
    for (const { runId } of going) if (runId !== null) await cancelWithin(tx, runId, reason, deps.now())
    await recordAudit(tx, { workspaceId: workflow.workspaceId, actor: actor!, action: 'workflow.cancel', subject: workflow.id, detail: { workflowRunId: id }, requestId: input.requestId })
    await advanceWithin(withReader(deps), tx, id)
    const [cancelled] = await selectWorkflowRuns(tx, eq(workflowRuns.id, id), 1)
    return accept(cancelled!)
  })
}
