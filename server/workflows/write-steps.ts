/** Checks the steps of a workflow (graph and notebooks) and writes them in place of what was there. */
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { NotebookId, WorkflowId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkSteps, type PlanProblem } from '#lib/domain/workflow-plan.ts'
import type { Step } from '#lib/domain/workflow.ts'
import type { Executor, Transaction } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { workflowSteps } from '../store/schema/schedules.ts'

export interface StepInput {
  key: string
  notebookId: string
  dependsOn: string[]
}

export async function acceptSteps(db: Executor, workspaceId: WorkspaceId, input: readonly StepInput[]): Promise<Outcome<Step[], PlanProblem>> {
  const steps = input.map((step) => ({ key: step.key.trim(), notebookId: step.notebookId as NotebookId, dependsOn: [...new Set(step.dependsOn)] }))
  const checked = checkSteps(steps)
  if (!checked.ok) return checked
  if (steps.length === 0) return accept(steps)
  const there = await db.select({ id: notebooks.id }).from(notebooks)
    .where(and(eq(notebooks.workspaceId, workspaceId), isNull(notebooks.trashedAt), inArray(notebooks.id, steps.map((step) => step.notebookId))))
  const ids = new Set(there.map((row) => row.id))
  const astray = steps.find((step) => !ids.has(step.notebookId))
  if (astray !== undefined) return refuse('workflow-invalid', `The notebook of step “${astray.key}” is not in this workspace. Choose another.`)
  return accept(steps)
}

export async function writeSteps(tx: Transaction, workflowId: WorkflowId, steps: readonly Step[]): Promise<void> {
  await tx.delete(workflowSteps).where(eq(workflowSteps.workflowId, workflowId))
  if (steps.length > 0) await tx.insert(workflowSteps).values(steps.map((step, position) => ({ ...step, workflowId, position })))
}
