/** Deletes a workflow with its history; refused while a run of it goes on. The notebooks and their runs stay. */
import { and, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { workflowRuns, workflows } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeWorkflow } from './authorize-workflow.ts'

export async function deleteWorkflow(
  deps: { db: Database },
  actor: Actor | null,
  input: { workflowId: string; requestId: string | null },
): Promise<Outcome<null, AuthorizeRefusal | 'workflow-running'>> {
  const allowed = await authorizeWorkflow(deps, actor, input.workflowId, 'workflow:manage')
  if (!allowed.ok) return allowed
  const { id, workspaceId, name } = allowed.value
  return deps.db.transaction(async (tx) => {
    await tx.select({ id: workflows.id }).from(workflows).where(eq(workflows.id, id)).for('update')
    const [going] = await tx.select({ id: workflowRuns.id }).from(workflowRuns).where(and(eq(workflowRuns.workflowId, id), eq(workflowRuns.state, 'running'))).limit(1)
    if (going !== undefined) return refuse('workflow-running', 'A run of this workflow is going on. Cancel it first.')
    await tx.delete(workflows).where(eq(workflows.id, id))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workflow.delete', subject: id, detail: { name }, requestId: input.requestId })
    return accept(null)
  })
}
