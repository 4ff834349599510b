/** How workflows and their runs are read: rows of Postgres as the nouns of src/lib/domain/workflow.ts. */
import { asc, desc, eq, inArray, type SQL } from 'drizzle-orm'
import type { WorkflowId } from '#lib/domain/ids.ts'
import type { StepRun, Workflow, WorkflowRun } from '#lib/domain/workflow.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { workflowRuns, workflowRunSteps, workflows, workflowSteps } from '../store/schema/schedules.ts'

export async function selectWorkflows(db: Executor, where: SQL): Promise<Workflow[]> {
  const rows = await db.select().from(workflows).where(where).orderBy(asc(workflows.name))
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const steps = await db.select().from(workflowSteps).where(inArray(workflowSteps.workflowId, ids)).orderBy(asc(workflowSteps.position))
  const newest = await db.selectDistinctOn([workflowRuns.workflowId]).from(workflowRuns).where(inArray(workflowRuns.workflowId, ids))
    .orderBy(workflowRuns.workflowId, desc(workflowRuns.startedAt))
  return rows.map((row) => {
    const last = newest.find((run) => run.workflowId === row.id)
    return {
      id: row.id,
      name: row.name,
      steps: steps.filter((step) => step.workflowId === row.id).map(({ key, notebookId, dependsOn }) => ({ key, notebookId, dependsOn })),
      lastRun: last === undefined ? null : { id: last.id, state: last.state, startedAt: last.startedAt.toISOString(), finishedAt: last.finishedAt?.toISOString() ?? null },
    }
  })
}

export async function selectWorkflowRuns(db: Executor, where: SQL, limit: number): Promise<WorkflowRun[]> {
  const rows = await db.select({ run: workflowRuns, name: user.name }).from(workflowRuns)
    .leftJoin(user, eq(user.id, workflowRuns.requestedBy))
    .where(where).orderBy(desc(workflowRuns.startedAt)).limit(limit)
  if (rows.length === 0) return []
  const steps = await db.select().from(workflowRunSteps)
    .where(inArray(workflowRunSteps.workflowRunId, rows.map((row) => row.run.id))).orderBy(asc(workflowRunSteps.position))
  return rows.map(({ run, name }) => ({
    id: run.id,
    workflowId: run.workflowId as WorkflowId,
    state: run.state,
    requestedBy: run.requestedBy === null || name === null ? null : { id: run.requestedBy, name },
    rerunOf: run.rerunOf,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    steps: steps.filter((step) => step.workflowRunId === run.id).map(toStepRun),
  }))
}

const toStepRun = ({ key, notebookId, dependsOn, state, reason, runId }: typeof workflowRunSteps.$inferSelect): StepRun =>
  ({ key, notebookId, dependsOn, state, reason, runId })
