/** Tables that are had whole: the limit of a cell and of a run, and *Load all* on a table that was cut, in a real kernel. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'
import { restartKernel } from '#server/compute/restart-kernel.ts'
import { newestGoodResult } from '#server/results/newest-good-result.ts'
import { requestWhole } from '#server/results/request-whole.ts'
import { cancelRun } from '#server/runs/cancel-run.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { results } from '#server/store/schema/runs.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

type Table = Extract<Output, { kind: 'result' }>
const FRAME = 'import pandas as pd\ntimes = globals().get("times", 0) + 1\npd.DataFrame({"a": range(25_000)})'
const C1 = 'c1' as CellId

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld()
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

const tablesOf = async (run: Run): Promise<Table[]> => (await world.outputsOf(run)).filter((output) => output.kind === 'result')
const ask = (resultId: ResultId, actor = world.person) => requestWhole(world.deps, actor, { resultId, requestId: 'test' })

async function showCut(): Promise<{ notebook: NotebookId; run: Run; cut: Table }> {
  const notebook = await world.addNotebook()
  const { run } = await world.run(notebook, FRAME)
  const [cut] = await tablesOf(run)
  expect(cut).toMatchObject({ rows: 10_000, truncated: true, cutBy: 'rows' })
  return { notebook, run, cut: cut! }
}

describe('the limit', () => {
  it('is the cell’s own, and a run remembers it', async () => {
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: C1, kind: 'python', source: FRAME, rowLimit: 1000 }])
    const done = await world.ended((await world.request(notebook)).id)
    expect(done.cells[0]?.rowLimit).toBe(1000)
    expect(await tablesOf(done)).toMatchObject([{ rows: 1000, truncated: true }])
  })

  it('may be another for one run: all rows, without a cut', async () => {
    const notebook = await world.addNotebook(FRAME)
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { rowLimit: null })).id)
    expect(done.cells[0]?.rowLimit).toBeNull()
    const [table] = await tablesOf(done)
    expect(table).toMatchObject({ rows: 25_000, truncated: false })
    expect(table).not.toHaveProperty('cutBy')
  })
})

describe('Load all', () => {
  it('takes the place of the first rows for everybody, and runs no cell', async () => {
    const { notebook, run, cut } = await showCut()
    await world.db.update(results).set({ pinnedAt: new Date() }).where(eq(results.id, cut.resultId))
    const asked = await ask(cut.resultId)
    expect(asked.ok && asked.value).toMatchObject({ scope: { kind: 'whole-result', resultId: cut.resultId }, cells: [] })
    const twice = await ask(cut.resultId)
    expect(twice.ok && asked.ok && twice.value.id).toBe(asked.ok && asked.value.id)
    const done = await world.ended(asked.ok ? asked.value.id : run.id)
    expect([done.state, done.reason]).toEqual(['succeeded', null])
    const [whole, ...others] = await tablesOf(run)
    expect([whole, others]).toMatchObject([{ rows: 25_000, truncated: false, wholeOf: cut.resultId }, []])
    const [row] = await world.db.select().from(results).where(eq(results.id, whole!.resultId))
    expect(row).toMatchObject({ runId: run.id, cellId: C1, rows: 25_000, cutBy: null, wholeOf: cut.resultId, path: `ws/${world.workspaceId}/results/${done.id}/c1/0` })
    expect(row?.pinnedAt).not.toBeNull()
    expect((await newestGoodResult(world.db, notebook, C1))?.result.id).toBe(whole!.resultId)
    expect(await ask(cut.resultId)).toMatchObject({ ok: false, reason: 'result-whole' })
    expect(textOf((await world.run(notebook, 'print(times)')).outputs)).toBe('1\n')
  })

  it('waits behind a cell that runs, can be cancelled there, and is seen by who comes meanwhile', async () => {
    const { notebook, cut } = await showCut()
    world.texts.set(notebook, [{ id: 'c2' as CellId, kind: 'python', source: 'import time\ntime.sleep(3)' }])
    const busy = await world.request(notebook)
    await until(async () => (await world.read(busy.id)).state === 'running')
    const asked = await ask(cut.resultId)
    expect(asked.ok && asked.value.state).toBe('queued')
    const id = asked.ok ? asked.value.id : busy.id
    expect((await readSnapshot(world.deps, notebook)).runs.map((run) => run.id)).toContain(id)
    await cancelRun(world.deps, world.person, { runId: id })
    expect(await world.ended(id)).toMatchObject({ state: 'cancelled' })
    const again = await ask(cut.resultId)
    const done = await world.ended(again.ok ? again.value.id : busy.id)
    expect([done.state, done.reason]).toEqual(['succeeded', null])
    expect((await world.read(busy.id)).state).toBe('succeeded')
  })

  it('says that the frame is gone when the kernel is another, or the cell ran again', async () => {
    const { notebook, cut } = await showCut()
    await world.run(notebook, 'None')
    expect(await ask(cut.resultId)).toMatchObject({ ok: false, reason: 'frame-gone' })
    const other = await showCut()
    await restartKernel(world.deps, world.person, { notebookId: other.notebook, requestId: null })
    await until(async () => (await readSnapshot(world.deps, other.notebook)).kernel.state === 'stopped')
    expect(await ask(other.cut.resultId)).toMatchObject({ ok: false, reason: 'frame-gone', message: expect.stringContaining('Run the cell again with all rows.') as string })
  })

  it('ends with a sentence when the cell runs again before its turn comes', async () => {
    const { notebook, cut } = await showCut()
    world.texts.set(notebook, [{ id: 'c2' as CellId, kind: 'python', source: 'import time\ntime.sleep(2)' }])
    await world.request(notebook)
    world.texts.set(notebook, [{ id: C1, kind: 'python', source: 'None' }])
    await world.request(notebook)
    const asked = await ask(cut.resultId)
    expect(asked.ok).toBe(true)
    const done = await world.ended(asked.ok ? asked.value.id : ('' as RunId))
    expect([done.state, done.reason]).toEqual(['failed', 'This kernel does not hold the table any more. Run the cell again with all rows.'])
  })

  it('is for who may run', async () => {
    const { cut } = await showCut()
    const viewer = await world.addPerson('Vera', 'viewer')
    expect(await ask(cut.resultId, viewer)).toMatchObject({ ok: false, reason: 'not-allowed' })
  })
})
