/** Starts a run of a workflow with a copy of its steps; those that wait for nothing start in the same transaction. */
import { asc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkflowRun } from '#lib/domain/workflow.ts'
import type { Actor, Member } from '../auth/actor.ts'
import { workflowRuns, workflowRunSteps, workflowSteps } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { advanceWithin, withReader, type WebDeps } from './advance-workflow-run.ts'
import { authorizeWorkflow } from './authorize-workflow.ts'
import { selectWorkflowRuns } from './workflow-rows.ts'

export async function startWorkflowRun(
  deps: WebDeps,
  actor: Actor | null,
  input: { workflowId: string; requestId: string | null },
): Promise<Outcome<WorkflowRun, AuthorizeRefusal | 'nothing-to-run'>> {
  const allowed = await authorizeWorkflow(deps, actor, input.workflowId, 'workflow:run')
  if (!allowed.ok) return allowed
  const { id, workspaceId } = allowed.value
  return deps.db.transaction(async (tx) => {
    const steps = await tx.select().from(workflowSteps).where(eq(workflowSteps.workflowId, id)).orderBy(asc(workflowSteps.position))
    if (steps.length === 0) return refuse('nothing-to-run', 'This workflow has no steps yet. Add one first.')
    const [run] = await tx.insert(workflowRuns).values({ workflowId: id, requestedBy: (actor as Member).userId }).returning({ id: workflowRuns.id })
    await tx.insert(workflowRunSteps).values(steps.map(({ key, position, notebookId, dependsOn }) => ({ workflowRunId: run!.id, key, position, notebookId, dependsOn })))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workflow.run', subject: id, detail: { workflowRunId: run!.id }, requestId: input.requestId })
    await advanceWithin(withReader(deps), tx, run!.id)
    const [started] = await selectWorkflowRuns(tx, eq(workflowRuns.id, run!.id), 1)
    return accept(started!)
  })
}
