/** Renames a workflow or replaces its steps. Runs that go on keep the steps they began with. */
import { and, eq, ne } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkWorkflowName, type PlanProblem } from '#lib/domain/workflow-plan.ts'
import type { Workflow } from '#lib/domain/workflow.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { workflows } from '../store/schema/schedules.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeWorkflow } from './authorize-workflow.ts'
import { selectWorkflows } from './workflow-rows.ts'
import { acceptSteps, writeSteps, type StepInput } from './write-steps.ts'

export async function updateWorkflow(
  deps: { db: Database },
  actor: Actor | null,
  input: { workflowId: string; name?: string | undefined; steps?: StepInput[] | undefined; requestId: string | null },
): Promise<Outcome<Workflow, AuthorizeRefusal | PlanProblem | 'workflow-exists'>> {
  const allowed = await authorizeWorkflow(deps, actor, input.workflowId, 'workflow:manage')
  if (!allowed.ok) return allowed
  const { id, workspaceId } = allowed.value
  const name = checkWorkflowName(input.name ?? allowed.value.name)
  if (!name.ok) return name
  const steps = input.steps === undefined ? null : await acceptSteps(deps.db, workspaceId, input.steps)
  if (steps !== null && !steps.ok) return steps
  return deps.db.transaction(async (tx) => {
    const [same] = await tx.select({ id: workflows.id }).from(workflows).where(and(eq(workflows.workspaceId, workspaceId), eq(workflows.name, name.value), ne(workflows.id, id)))
    if (same !== undefined) return refuse('workflow-exists', `There is a workflow called “${name.value}” already. Choose another name.`)
    await tx.update(workflows).set({ name: name.value }).where(eq(workflows.id, id))
    if (steps !== null) await writeSteps(tx, id, steps.value)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workflow.update', subject: id, requestId: input.requestId })
    const [workflow] = await selectWorkflows(tx, eq(workflows.id, id))
    return accept(workflow!)
  })
}
