/**
 * Goes on from where a run of a workflow failed: a new run that keeps the steps that had succeeded and runs the
 * others. The old one stays as it was, so the history tells the truth.
 */
import { asc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkflowRun } from '#lib/domain/workflow.ts'
import type { Actor, Member } from '../auth/actor.ts'
import { workflowRuns, workflowRunSteps } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { advanceWithin, withReader, type WebDeps } from './advance-workflow-run.ts'
import { authorizeWorkflowRun } from './authorize-workflow.ts'
import { selectWorkflowRuns } from './workflow-rows.ts'

export async function rerunFailedSteps(
  deps: WebDeps,
  actor: Actor | null,
  input: { workflowRunId: string; requestId: string | null },
): Promise<Outcome<WorkflowRun, AuthorizeRefusal | 'workflow-running' | 'nothing-to-run'>> {
  const allowed = await authorizeWorkflowRun(deps, actor, input.workflowRunId, 'workflow:run')
  if (!allowed.ok) return allowed
  const { run: old, workflow } = allowed.value
  if (old.state === 'running') return refuse('workflow-running', 'This run is still going. Wait for its end or cancel it.')
  if (old.state === 'succeeded') return refuse('nothing-to-run', 'Every step of this run succeeded. Start a new run instead.')
  return deps.db.transaction(async (tx) => {
    const steps = await tx.select().from(workflowRunSteps).where(eq(workflowRunSteps.workflowRunId, old.id)).orderBy(asc(workflowRunSteps.position))
    const [run] = await tx.insert(workflowRuns).values({ workflowId: workflow.id, requestedBy: (actor as Member).userId, rerunOf: old.id }).returning({ id: workflowRuns.id })
    await tx.insert(workflowRunSteps).values(steps.map(({ key, position, notebookId, dependsOn, state, runId }) => ({
      workflowRunId: run!.id, key, position, notebookId, dependsOn, ...(state === 'succeeded' ? { state, runId } : {}),
    })))
    await recordAudit(tx, { workspaceId: workflow.workspaceId, actor: actor!, action: 'workflow.rerun', subject: workflow.id, detail: { workflowRunId: run!.id, rerunOf: old.id }, requestId: input.requestId })
    await advanceWithin(withReader(deps), tx, run!.id)
    const [started] = await selectWorkflowRuns(tx, eq(workflowRuns.id, run!.id), 1)
    return accept(started!)
  })
}
