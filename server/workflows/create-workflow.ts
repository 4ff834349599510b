/** Makes a workflow; it may begin without steps. */
import { eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkWorkflowName, type PlanProblem } from '#lib/domain/workflow-plan.ts'
import type { Workflow } from '#lib/domain/workflow.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { workflows } from '../store/schema/schedules.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { selectWorkflows } from './workflow-rows.ts'
import { acceptSteps, writeSteps, type StepInput } from './write-steps.ts'

export async function createWorkflow(
  deps: { db: Database },
  actor: Actor | null,
  input: { workspaceId: string; name: string; steps: StepInput[]; requestId: string | null },
): Promise<Outcome<Workflow, AuthorizeRefusal | PlanProblem | 'workflow-exists'>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'workflow:manage')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const name = checkWorkflowName(input.name)
  if (!name.ok) return name
  const steps = await acceptSteps(deps.db, workspaceId, input.steps)
  if (!steps.ok) return steps
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.insert(workflows).values({ workspaceId, name: name.value, createdBy: (actor as Member).userId }).onConflictDoNothing().returning({ id: workflows.id })
    if (row === undefined) return refuse('workflow-exists', `There is a workflow called “${name.value}” already. Choose another name.`)
    await writeSteps(tx, row.id, steps.value)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workflow.create', subject: row.id, requestId: input.requestId })
    const [workflow] = await selectWorkflows(tx, eq(workflows.id, row.id))
    return accept(workflow!)
  })
}
