/** One workflow with its newest runs, and one run of a workflow. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Workflow, WorkflowRun } from '#lib/domain/workflow.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { workflowRuns, workflows } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeWorkflow, authorizeWorkflowRun } from './authorize-workflow.ts'
import { selectWorkflowRuns, selectWorkflows } from './workflow-rows.ts'

export const WORKFLOW_RUNS_SHOWN = 50

export interface WorkflowWithRuns extends Workflow {
  runs: WorkflowRun[]
}

export async function readWorkflow(deps: { db: Executor }, actor: Actor | null, workflowId: string): Promise<Outcome<WorkflowWithRuns, AuthorizeRefusal>> {
  const allowed = await authorizeWorkflow(deps, actor, workflowId, 'workflow:read')
  if (!allowed.ok) return allowed
  const { id } = allowed.value
  const [workflow] = await selectWorkflows(deps.db, eq(workflows.id, id))
  return accept({ ...workflow!, runs: await selectWorkflowRuns(deps.db, eq(workflowRuns.workflowId, id), WORKFLOW_RUNS_SHOWN) })
}

export async function readWorkflowRun(deps: { db: Executor }, actor: Actor | null, workflowRunId: string): Promise<Outcome<WorkflowRun, AuthorizeRefusal>> {
  const allowed = await authorizeWorkflowRun(deps, actor, workflowRunId, 'workflow:read')
  if (!allowed.ok) return allowed
  const [run] = await selectWorkflowRuns(deps.db, eq(workflowRuns.id, allowed.value.run.id), 1)
  return accept(run!)
}
