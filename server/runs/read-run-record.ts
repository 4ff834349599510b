/** Everything that is kept of one run: exact source per cell, what it showed, each change of state, and what started it. */
import { and, asc, desc, eq, ne, sql } from 'drizzle-orm'
import type { FeedEvent } from '#lib/domain/feed.ts'
import { outputsFor } from '#lib/domain/hide-trace.ts'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Run, RunState } from '#lib/domain/run.ts'
import type { RunOrigin, RunRecord } from '#lib/domain/run-summary.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { outputs, runEvents, runs } from '../store/schema/runs.ts'
import { ticks, workflowRuns, workflowRunSteps, workflows } from '../store/schema/schedules.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { joinOutputs } from './join-outputs.ts'
import { readRun } from './read-run.ts'

export async function readRunRecord(deps: { db: Executor }, actor: Actor | null, runId: string): Promise<Outcome<RunRecord, AuthorizeRefusal>> {
  const found = await readRun(deps, actor, runId)
  if (!found.ok) return found
  const run = found.value
  const notebook = await authorizeNotebook(deps, actor, run.notebookId, 'notebook:read')
  if (!notebook.ok) return notebook
  const [shown, history, origin, others] = await Promise.all([readShown(deps.db, run), readHistory(deps.db, run.id), readOrigin(deps.db, run), readOthers(deps.db, run)])
  return accept({ run, notebookTitle: notebook.value.title, origin, outputs: outputsFor(notebook.value.role, shown), history, environment: run.environment, isExact: run.isExact, inputs: run.inputs, others })
}

const OTHERS = 30

async function readOthers(db: Executor, run: Run): Promise<RunRecord['others']> {
  const rows = await db.select({ run: runs, name: user.name }).from(runs).leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.notebookId, run.notebookId), ne(runs.id, run.id), sql`${runs.scope} ->> 'kind' <> 'whole-result'`)).orderBy(desc(runs.requestedAt)).limit(OTHERS)
  return rows.map(({ run: { id, cause, requestedAt, state }, name }) => ({ id, cause, requestedBy: name === null ? null : { name }, requestedAt: requestedAt.toISOString(), state }))
}

async function readShown(db: Executor, run: Run): Promise<RunRecord['outputs']> {
  const rows = await db.select({ runId: outputs.runId, cellId: outputs.cellId, output: outputs.output }).from(outputs)
    .where(and(eq(outputs.notebookId, run.notebookId), eq(outputs.runId, run.id))).orderBy(asc(outputs.seq))
  return joinOutputs(rows).map(({ cellId, output }) => ({ cellId, output }))
}

async function readHistory(db: Executor, runId: RunId): Promise<RunRecord['history']> {
  const rows = await db.select({ event: runEvents.event, at: runEvents.at }).from(runEvents).where(eq(runEvents.runId, runId)).orderBy(asc(runEvents.seq))
  return rows.flatMap(({ event, at }) => {
    const sentence = describeEvent(event)
    return sentence === null ? [] : [{ at: at.toISOString(), sentence }]
  })
}

const STATES: Record<RunState, string> = {
  queued: 'Put back in the queue', starting: 'A worker took it up', running: 'Began', cancelling: 'Being cancelled',
  succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled', lost: 'Lost',
}

function describeEvent(event: FeedEvent): string | null {
  if (event.kind === 'run.requested') return 'Requested.'
  if (event.kind !== 'run.changed') return null
  return event.reason === null ? `${STATES[event.state]}.` : `${STATES[event.state]}: ${event.reason}`
}

async function readOrigin(db: Executor, run: Run): Promise<RunOrigin | null> {
  if (run.cause === 'schedule') {
    const [tick] = await db.select().from(ticks).where(eq(ticks.runId, run.id)).limit(1)
    return tick === undefined ? null : { kind: 'schedule', scheduleId: tick.scheduleId, dueAt: tick.dueAt.toISOString() }
  }
  if (run.cause !== 'workflow') return null
  const [step] = await db.select({ key: workflowRunSteps.key, id: workflows.id, name: workflows.name }).from(workflowRunSteps)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflowRunId))
    .innerJoin(workflows, eq(workflows.id, workflowRuns.workflowId))
    .where(eq(workflowRunSteps.runId, run.id)).limit(1)
  return step === undefined ? null : { kind: 'workflow', workflowId: step.id, name: step.name, step: step.key }
}
