/** A run whose first cell is under way, without a worker: what it shows is put there as a worker would. */
import { randomUUID } from 'node:crypto'
import type { Output } from '#lib/domain/feed.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Member } from '#server/auth/actor.ts'
import { appendOutputs } from '#server/runs/append-output.ts'
import { applyRunEvent } from '#server/runs/apply-run-event.ts'
import { changeCell } from '#server/runs/change-cell.ts'
import { claimRun } from '#server/runs/claim-run.ts'
import { requestRun } from '#server/runs/request-run.ts'
import { CELL, type World } from './schedules-world.ts'

export async function startedRun(world: Pick<World, 'db' | 'deps'>, actor: Member, notebookId: NotebookId) {
  const run = await requestRun(world.deps, actor, { notebookId, scope: { kind: 'all' }, requestId: null })
  if (!run.ok) throw new Error(run.message)
  const claimed = await claimRun(world.deps, { runId: run.value.id, token: randomUUID(), workerId: 'w', host: 'here', kernelAtHand: null })
  if (!claimed.ok) throw new Error(claimed.message)
  const { token } = claimed.value
  const runId = run.value.id
  await world.db.transaction((tx) => applyRunEvent(tx, { runId, event: 'start', token, now: new Date() }))
  await changeCell(world.deps, { runId, token, cellId: CELL.id, state: 'running', executionCount: null })
  let last = 0
  const put = (output: Output, batch = (last += 1)) => appendOutputs(world.deps, { runId, token, batch, outputs: [{ cellId: CELL.id, output }] })
  return {
    id: runId, token, put,
    show: (text: string, batch?: number) => put({ kind: 'stream', name: 'stdout', text }, batch),
    succeed: async () => {
      await changeCell(world.deps, { runId, token, cellId: CELL.id, state: 'succeeded', executionCount: 1 })
      await world.db.transaction((tx) => applyRunEvent(tx, { runId, event: 'succeed', token, now: new Date() }))
    },
  }
}
