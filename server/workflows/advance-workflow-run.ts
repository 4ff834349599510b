/**
 * Advances a run of a workflow as far as it goes now, within one transaction that holds its row: takes over how
 * the runs of its steps ended, skips what can no longer start, starts what is ready, and ends it when nothing is
 * left. Idempotent: called after each run of a step and once a minute besides, so that a lost call does no harm.
 */
import { and, asc, eq, sql } from 'drizzle-orm'
import type { UserId, WorkspaceId } from '#lib/domain/ids.ts'
import { advance } from '#lib/domain/workflow-plan.ts'
import { stepStateFrom, type StepState } from '#lib/domain/workflow.ts'
import type { CoreDeps, Deps } from '../deps.ts'
import { startRun, type StartRunDeps } from '../runs/start-run.ts'
import type { Transaction } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { workflowRuns, workflowRunSteps, workflows } from '../store/schema/schedules.ts'
import { mayRun } from '../workspaces/may-run.ts'

export type AdvanceDeps = Pick<CoreDeps, 'db' | 'log'> & StartRunDeps
/** What a web process has: its rooms know the newest text. */
export type WebDeps = Pick<Deps, 'db' | 'log' | 'rooms'>
export const withReader = (deps: WebDeps): AdvanceDeps => ({ db: deps.db, log: deps.log, readNotebook: (id) => deps.rooms.read(id) })
type StepRow = typeof workflowRunSteps.$inferSelect

export async function advanceWorkflowRun(deps: AdvanceDeps, workflowRunId: string): Promise<void> {
  await deps.db.transaction((tx) => advanceWithin(deps, tx, workflowRunId))
}

export async function advanceWithin(deps: AdvanceDeps, tx: Transaction, workflowRunId: string): Promise<void> {
  const [found] = await tx.select({ run: workflowRuns, workspaceId: workflows.workspaceId }).from(workflowRuns)
    .innerJoin(workflows, eq(workflows.id, workflowRuns.workflowId))
    .where(and(eq(workflowRuns.id, workflowRunId), eq(workflowRuns.state, 'running'))).for('update', { of: workflowRuns })
  if (found === undefined) return
  const steps = await takeOverEnds(tx, workflowRunId)
  for (;;) {
    const plan = advance(steps)
    for (const { key, because } of plan.skip) await setStep(tx, steps, key, { state: 'skipped', reason: `Step “${because}” did not succeed.` })
    // In the order of notebooks, so that two workflow runs never wait for each other's notebook.
    const ready = steps.filter((step) => plan.start.includes(step.key)).sort((a, b) => a.notebookId.localeCompare(b.notebookId))
    for (const step of ready) await startStep(deps, tx, found.workspaceId, found.run.requestedBy, steps, step)
    if (plan.end !== null) return endRun(tx, workflowRunId, plan.end)
    if (!ready.some((step) => step.state === 'failed')) return
  }
}

async function takeOverEnds(tx: Transaction, workflowRunId: string): Promise<StepRow[]> {
  const rows = await tx.select({ step: workflowRunSteps, runState: runs.state, runReason: runs.reason }).from(workflowRunSteps)
    .leftJoin(runs, eq(runs.id, workflowRunSteps.runId))
    .where(eq(workflowRunSteps.workflowRunId, workflowRunId)).orderBy(asc(workflowRunSteps.position))
  const steps = rows.map((row) => row.step)
  for (const { step, runState, runReason } of rows) {
    if (step.state !== 'running') continue
    // The run is gone with its notebook: the step cannot succeed any more.
    const state: StepState = runState === null ? 'failed' : stepStateFrom(runState)
    if (state !== 'running') await setStep(tx, steps, step.key, { state, reason: runState === null ? 'Its notebook was deleted.' : runReason })
  }
  return steps
}

async function startStep(deps: AdvanceDeps, tx: Transaction, workspaceId: WorkspaceId, userId: string | null, steps: StepRow[], step: StepRow): Promise<void> {
  if (!(await mayRun(tx, workspaceId, userId))) {
    return setStep(tx, steps, step.key, { state: 'failed', reason: 'The person who started the workflow may no longer run notebooks here.' })
  }
  const run = await startRun(deps, tx, {
    notebookId: step.notebookId, scope: { kind: 'all' }, cause: 'workflow', userId: userId as UserId, requestId: `workflow:${step.workflowRunId}:${step.key}`,
  })
  await setStep(tx, steps, step.key, run.ok ? { state: 'running', runId: run.value, reason: null } : { state: 'failed', reason: run.message })
}

async function setStep(tx: Transaction, steps: StepRow[], key: string, change: Partial<Pick<StepRow, 'state' | 'runId' | 'reason'>>): Promise<void> {
  const step = steps.find((one) => one.key === key)!
  Object.assign(step, change)
  await tx.update(workflowRunSteps).set(change).where(and(eq(workflowRunSteps.workflowRunId, step.workflowRunId), eq(workflowRunSteps.key, key)))
}

async function endRun(tx: Transaction, workflowRunId: string, state: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
  await tx.update(workflowRuns).set({ state, finishedAt: sql`clock_timestamp()` }).where(eq(workflowRuns.id, workflowRunId))
}
