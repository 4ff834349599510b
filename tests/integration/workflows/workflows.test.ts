/** Workflows on real Postgres: steps in order, skips after a failure, going on from it, cancel, rights. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import type { WorkflowRun } from '#lib/domain/workflow.ts'
import type { Member } from '#server/auth/actor.ts'
import { members } from '#server/store/schema/workspaces.ts'
import { workflowRunSteps } from '#server/store/schema/schedules.ts'
import { advanceRunsOfStep, advanceStandingRuns } from '#server/workflows/advance-standing-runs.ts'
import { cancelWorkflowRun } from '#server/workflows/cancel-workflow-run.ts'
import { createWorkflow } from '#server/workflows/create-workflow.ts'
import { deleteWorkflow } from '#server/workflows/delete-workflow.ts'
import { readWorkflow, readWorkflowRun } from '#server/workflows/read-workflow.ts'
import { rerunFailedSteps } from '#server/workflows/rerun-failed-steps.ts'
import { startWorkflowRun } from '#server/workflows/start-workflow-run.ts'
import { updateWorkflow } from '#server/workflows/update-workflow.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

let world: World
let ada: Member
let notebooks: NotebookId[]
let count = 0

beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'editor')
  notebooks = await Promise.all(Array.from({ length: 4 }, () => world.addNotebook(ada)))
}, 60_000)
afterAll(() => world.drop())

const step = (key: string, notebook: number, ...dependsOn: string[]) => ({ key, notebookId: notebooks[notebook]!, dependsOn })
const DIAMOND = () => [step('load', 0), step('clean', 1, 'load'), step('stats', 2, 'load'), step('report', 3, 'clean', 'stats')]

async function make(steps = DIAMOND()) {
  const made = await createWorkflow(world.deps, ada, { workspaceId: world.workspaceId, name: `Nightly ${count++}`, steps, requestId: null })
  if (!made.ok) throw new Error(made.message)
  return made.value.id
}
async function start(workflowId: string): Promise<WorkflowRun> {
  const run = await startWorkflowRun(world.deps, ada, { workflowId, requestId: null })
  if (!run.ok) throw new Error(run.message)
  return run.value
}
async function states(id: string): Promise<Record<string, string>> {
  const run = await readWorkflowRun(world.deps, ada, id)
  if (!run.ok) throw new Error(run.message)
  return { ...Object.fromEntries(run.value.steps.map((one) => [one.key, one.state])), run: run.value.state }
}
/** Ends the run of a step as a worker would, and calls the job that follows twice. */
async function end(id: string, key: string, state: 'succeeded' | 'failed' | 'lost' | 'cancelled') {
  const [row] = (await world.db.select().from(workflowRunSteps).where(eq(workflowRunSteps.workflowRunId, id))).filter((one) => one.key === key)
  await world.endRun(row!.runId as RunId, state, state === 'failed' ? 'ZeroDivisionError: division by zero' : null)
  await advanceRunsOfStep(world.deps, row!.runId as RunId)
  await advanceRunsOfStep(world.deps, row!.runId as RunId)
}

describe('a run of a workflow', () => {
  it('starts steps when what they depend on has succeeded, each once, and ends', async () => {
    const { id } = await start(await make())
    expect(await states(id)).toEqual({ load: 'running', clean: 'waiting', stats: 'waiting', report: 'waiting', run: 'running' })
    await end(id, 'load', 'succeeded')
    expect(await states(id)).toEqual({ load: 'succeeded', clean: 'running', stats: 'running', report: 'waiting', run: 'running' })
    await end(id, 'clean', 'succeeded')
    await end(id, 'stats', 'succeeded')
    await end(id, 'report', 'succeeded')
    expect(await states(id)).toEqual({ load: 'succeeded', clean: 'succeeded', stats: 'succeeded', report: 'succeeded', run: 'succeeded' })
    const all = await world.sql`select count(*)::int as n from runs where request_id like ${`workflow:${id}:%`}`
    expect(all[0]!.n).toBe(4)
    const kinds = await world.sql`select distinct cause, has_fresh_kernel, scope->>'kind' as scope from runs where request_id like ${`workflow:${id}:%`}`
    expect(kinds).toEqual([{ cause: 'workflow', has_fresh_kernel: true, scope: 'all' }])
  })

  it('after a failure skips what depends on it, lets the other branch end, and goes on from there', async () => {
    const workflowId = await make()
    const { id } = await start(workflowId)
    await end(id, 'load', 'succeeded')
    await end(id, 'clean', 'failed')
    expect(await states(id)).toEqual({ load: 'succeeded', clean: 'failed', stats: 'running', report: 'skipped', run: 'running' })
    expect(await rerunFailedSteps(world.deps, ada, { workflowRunId: id, requestId: null })).toMatchObject({ ok: false, reason: 'workflow-running' })
    await end(id, 'stats', 'succeeded')
    const failed = await readWorkflowRun(world.deps, ada, id)
    expect(failed).toMatchObject({ ok: true, value: { state: 'failed' } })
    expect(failed.ok && failed.value.steps.map((one) => one.reason)).toEqual([null, 'ZeroDivisionError: division by zero', null, 'Step “clean” did not succeed.'])

    const again = await rerunFailedSteps(world.deps, ada, { workflowRunId: id, requestId: null })
    if (!again.ok) throw new Error(again.message)
    expect(await states(again.value.id)).toEqual({ load: 'succeeded', clean: 'running', stats: 'succeeded', report: 'waiting', run: 'running' })
    await end(again.value.id, 'clean', 'succeeded')
    await end(again.value.id, 'report', 'succeeded')
    expect((await states(again.value.id)).run).toBe('succeeded')
    expect((await states(id)).run).toBe('failed')
    const shown = await readWorkflow(world.deps, ada, workflowId)
    expect(shown.ok && shown.value.runs.map((run) => [run.state, run.rerunOf])).toEqual([['succeeded', id], ['failed', null]])
    expect(await rerunFailedSteps(world.deps, ada, { workflowRunId: again.value.id, requestId: null })).toMatchObject({ ok: false, reason: 'nothing-to-run' })
  })

  it('runs no notebook that was thrown away: its step fails with a sentence', async () => {
    const thrown = await world.addNotebook(ada)
    const workflowId = await make([{ key: 'gone', notebookId: thrown, dependsOn: [] }])
    await world.sql`update notebooks set trashed_at = now() where id = ${thrown}`
    const { id } = await start(workflowId)
    const run = await readWorkflowRun(world.deps, ada, id)
    expect(run.ok && [run.value.state, ...run.value.steps.map((one) => one.reason)]).toEqual(['failed', 'The notebook is in the trash. Restore it to run it.'])
    const made = await world.sql`select count(*)::int as n from runs where notebook_id = ${thrown}`
    expect(made[0]!.n).toBe(0)
  })

  it('moves on once a minute when the word of an ended run was lost', async () => {
    const { id } = await start(await make([step('one', 0), step('two', 1, 'one')]))
    const steps = await world.db.select().from(workflowRunSteps).where(eq(workflowRunSteps.workflowRunId, id))
    await world.endRun(steps.find((one) => one.key === 'one')!.runId as RunId, 'succeeded')
    await Promise.all([advanceStandingRuns(world.deps), advanceStandingRuns(world.deps)])
    expect(await states(id)).toMatchObject({ one: 'succeeded', two: 'running' })
    const all = await world.sql`select count(*)::int as n from runs where request_id like ${`workflow:${id}:%`}`
    expect(all[0]!.n).toBe(2)
  })

  it('a step whose notebook has nothing to run fails with the sentence, and the rest is skipped', async () => {
    notebooks[3] = await world.addNotebook(ada, [])
    const { id } = await start(await make([step('empty', 3), step('next', 0, 'empty')]))
    expect(await states(id)).toEqual({ empty: 'failed', next: 'skipped', run: 'failed' })
    notebooks[3] = await world.addNotebook(ada)
  })

  it('cancel: what waits never starts, queued steps end, and going on from it works', async () => {
    const { id } = await start(await make())
    await end(id, 'load', 'succeeded')
    expect(await cancelWorkflowRun(world.deps, ada, { workflowRunId: id, requestId: null })).toMatchObject({ ok: true })
    for (const key of ['clean', 'stats']) await end(id, key, 'cancelled')
    expect(await states(id)).toEqual({ load: 'succeeded', clean: 'cancelled', stats: 'cancelled', report: 'cancelled', run: 'cancelled' })
    expect(await cancelWorkflowRun(world.deps, ada, { workflowRunId: id, requestId: null })).toMatchObject({ ok: false, reason: 'workflow-ended' })
    const again = await rerunFailedSteps(world.deps, ada, { workflowRunId: id, requestId: null })
    expect(again.ok && (await states(again.value.id))).toMatchObject({ load: 'succeeded', clean: 'running', report: 'waiting' })
  })

  it('S32 stops starting steps when the person who started it may no longer run', async () => {
    const bob = await world.addPerson('Bob', 'runner')
    const workflowId = await make([step('one', 0), step('two', 1, 'one')])
    const run = await startWorkflowRun(world.deps, bob, { workflowId, requestId: null })
    if (!run.ok) throw new Error(run.message)
    await world.db.delete(members).where(eq(members.userId, bob.userId))
    await end(run.value.id, 'one', 'succeeded')
    expect(await states(run.value.id)).toEqual({ one: 'succeeded', two: 'failed', run: 'failed' })
  })
})

describe('the graph', () => {
  it('refuses a cycle by name, an unknown step, a foreign notebook, a double name', async () => {
    const input = { workspaceId: world.workspaceId, name: 'Odd', requestId: null }
    expect(await createWorkflow(world.deps, ada, { ...input, steps: [step('a', 0, 'b'), step('b', 1, 'a')] })).toMatchObject({ reason: 'workflow-cycle', message: expect.stringContaining('a → b → a') })
    expect(await createWorkflow(world.deps, ada, { ...input, steps: [step('a', 0, 'ghost')] })).toMatchObject({ reason: 'workflow-invalid' })
    expect(await createWorkflow(world.deps, ada, { ...input, steps: [{ key: 'a', notebookId: crypto.randomUUID(), dependsOn: [] }] })).toMatchObject({ reason: 'workflow-invalid', message: expect.stringContaining('not in this workspace') })
    const id = await make()
    const name = await readWorkflow(world.deps, ada, id)
    expect(await createWorkflow(world.deps, ada, { ...input, name: name.ok ? name.value.name : '', steps: [] })).toMatchObject({ reason: 'workflow-exists' })
  })

  it('editing replaces the steps and does not disturb a run that goes on', async () => {
    const workflowId = await make()
    const { id } = await start(workflowId)
    expect(await updateWorkflow(world.deps, ada, { workflowId, steps: [step('only', 0)], requestId: null })).toMatchObject({ ok: true, value: { steps: [{ key: 'only' }] } })
    await end(id, 'load', 'succeeded')
    expect(await states(id)).toMatchObject({ clean: 'running', stats: 'running' })
    expect(await deleteWorkflow(world.deps, ada, { workflowId, requestId: null })).toMatchObject({ ok: false, reason: 'workflow-running' })
  })

  it('strangers learn nothing, viewers may look and not run', async () => {
    const id = await make()
    const vera = await world.addPerson('Vera', 'viewer')
    const mallory = await world.addPerson('Mallory', null)
    expect(await readWorkflow(world.deps, mallory, id)).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await readWorkflow(world.deps, vera, id)).toMatchObject({ ok: true })
    expect(await startWorkflowRun(world.deps, vera, { workflowId: id, requestId: null })).toMatchObject({ ok: false, reason: 'not-allowed' })
  })
})
