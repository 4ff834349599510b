/** S30: one workspace cannot keep another waiting, neither by runs that do not end nor by runs without end. */
import { randomUUID } from 'node:crypto'
import type { TaskList } from 'graphile-worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import { createLog } from '#server/log.ts'
import { addRunJob } from '#server/runs/insert-run.ts'
import { requestRun } from '#server/runs/request-run.ts'
import { rerunRun } from '#server/runs/rerun-run.ts'
import { OPEN_RUNS_MAX } from '#server/runs/room-in-queue.ts'
import { startRun } from '#server/runs/start-run.ts'
import { runs } from '#server/store/schema/runs.ts'
import { openQueue } from '#workers/queue.ts'
import { until } from '../../support/run-world.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
}, 60_000)
afterAll(() => world.drop())

const PLACES = 8

describe('S30: places of a worker', () => {
  it('are shared: who came first with more than all of them leaves some, and has them back when nobody else wants them', async () => {
    const [greedy, quiet] = [randomUUID() as WorkspaceId, randomUUID() as WorkspaceId]
    const owner = new Map<string, WorkspaceId>()
    const going = new Map<string, () => void>()
    const of = (workspace: WorkspaceId) => [...going.keys()].filter((id) => owner.get(id) === workspace).length
    async function ask(workspaceId: WorkspaceId): Promise<string> {
      const id = randomUUID() as RunId
      owner.set(id, workspaceId)
      await world.db.transaction((tx) => addRunJob(tx, { id, workspaceId, notebookId: randomUUID() as NotebookId, cause: 'person', hasFreshKernel: false }))
      return id
    }
    await Promise.all(Array.from({ length: 3 * PLACES }, () => ask(greedy)))
    const taskList: TaskList = { 'run-notebook': (payload) => new Promise<void>((resolve) => going.set((payload as { runId: string }).runId, resolve)) }
    const end = (id: string) => (going.get(id)?.(), going.delete(id))
    const { runner } = await openQueue({ databaseUrl: world.url, sql: world.sql, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), concurrency: PLACES, taskList, cronItems: [], isFirst: true, onEnd: () => {} })
    try {
      await until(() => of(greedy) === 6)
      const begun = performance.now()
      const first = await ask(quiet)
      await until(() => going.has(first))
      expect(performance.now() - begun).toBeLessThan(1000)
      expect(of(greedy)).toBe(6)

      end(first)
      end([...going.keys()][0]!)
      await until(() => of(greedy) === 6)
      // The rest of its queue goes on, one for one.
      for (let left = 3 * PLACES - 1; left > 0; left -= 1) {
        await until(() => going.size > 0)
        end([...going.keys()][0]!)
      }
    } finally {
      for (const id of [...going.keys()]) end(id)
      await runner.stop()
    }
  }, 60_000)
})

describe('S30: what waits in a notebook', () => {
  it('has an end: the next run is refused with a sentence, also one that is done again, and nobody else’s', async () => {
    const person = await world.addPerson('Ada', 'owner')
    const [full, other] = [await world.addNotebook(person), await world.addNotebook(person)]
    const ask = (notebookId: NotebookId) => requestRun(world.deps, person, { notebookId, scope: { kind: 'all' }, requestId: null })
    const first = await ask(full)
    if (!first.ok) throw new Error(first.message)
    await world.db.insert(runs).values(Array.from({ length: OPEN_RUNS_MAX - 1 }, () => ({ id: randomUUID() as RunId, workspaceId: world.workspaceId, notebookId: full, cause: 'person' as const, scope: { kind: 'all' as const } })))
    expect(await ask(full)).toMatchObject({ ok: false, reason: 'too-many-requests', message: expect.stringContaining(String(OPEN_RUNS_MAX)) as string })
    expect(await rerunRun(world.deps, person, { runId: first.value.id, requestId: null })).toMatchObject({ ok: false, reason: 'too-many-requests' })
    const background = (notebookId: NotebookId) => world.db.transaction((tx) => startRun({ readNotebook: world.deps.readNotebook }, tx, { notebookId, scope: { kind: 'all' }, cause: 'workflow', userId: person.userId, requestId: null }))
    expect(await background(full)).toMatchObject({ ok: false, reason: 'too-many-requests' })
    expect([await ask(other), await background(other)]).toMatchObject([{ ok: true }, { ok: true }])
  })
})
