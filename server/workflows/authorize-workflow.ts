/** A workflow, or a run of one, behind the rights of its workspace. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type WorkflowId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { workflowRuns, workflows } from '../store/schema/schedules.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type WorkflowRow = typeof workflows.$inferSelect
export type WorkflowRunRow = typeof workflowRuns.$inferSelect

export async function authorizeWorkflow(deps: { db: Executor }, actor: Actor | null, workflowId: string, action: Action): Promise<Outcome<WorkflowRow, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such workflow, or you have no access to it.')
  if (!isUuid(workflowId)) return missing
  const [row] = await deps.db.select().from(workflows).where(eq(workflows.id, workflowId as WorkflowId))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, action)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return accept(row)
}

export async function authorizeWorkflowRun(
  deps: { db: Executor }, actor: Actor | null, workflowRunId: string, action: Action,
): Promise<Outcome<{ run: WorkflowRunRow; workflow: WorkflowRow }, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such run of a workflow, or you have no access to it.')
  if (!isUuid(workflowRunId)) return missing
  const [run] = await deps.db.select().from(workflowRuns).where(eq(workflowRuns.id, workflowRunId))
  if (run === undefined) return missing
  const workflow = await authorizeWorkflow(deps, actor, run.workflowId, action)
  if (!workflow.ok) return workflow.reason === 'not-found' ? missing : workflow
  return accept({ run, workflow: workflow.value })
}
