/** What dashboards show is the newest ordinary run's, and the rule for results keeps just that, whatever was done again or loaded later. */
import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CellId, ResultId, RunId } from '#lib/domain/ids.ts'
import { listCellResults } from '#server/results/list-cell-results.ts'
import { newestGoodResult } from '#server/results/newest-good-result.ts'
import { removeResults } from '#server/results/remove-results.ts'
import { runPins } from '#server/store/schema/provenance.ts'
import { results } from '#server/store/schema/runs.ts'
import { workspaces } from '#server/store/schema/workspaces.ts'
import { createResultsWorld, type ResultsWorld } from '../../support/results-world.ts'

let world: ResultsWorld
beforeAll(async () => {
  world = await createResultsWorld()
  await world.db.update(workspaces).set({ resultsKeepCount: 1 }).where(eq(workspaces.id, world.workspaceId))
})
afterAll(() => world.close())

async function left(...ids: ResultId[]): Promise<boolean[]> {
  await removeResults(world.deps)
  const rows = await world.db.select({ id: results.id, removedAt: results.removedAt }).from(results).where(inArray(results.id, ids))
  return ids.map((id) => rows.find((row) => row.id === id)?.removedAt === null)
}

/** *Load all* on a table that was cut, some time after its run. */
async function loadWhole(part: { resultId: ResultId; runId: RunId }, cellId: string): Promise<ResultId> {
  const id = randomUUID() as ResultId
  await world.db.insert(results).values({ id, workspaceId: world.workspaceId, notebookId: world.notebookId, runId: part.runId, cellId: cellId as CellId, path: `tests/${id}`, version: 0, columns: [], rows: 9000, truncated: false, wholeOf: part.resultId })
  return id
}

it('an exact re-run shows the past: dashboards stay with the ordinary run, and its table is kept', async () => {
  const cellId = 'repeated'
  const [oldest, ordinary, repeated] = [await world.addResult({ cellId }), await world.addResult({ cellId }), await world.addResult({ cellId })]
  await world.db.insert(runPins).values({ runId: repeated.runId, pins: {} })
  expect(await newestGoodResult(world.db, world.notebookId, cellId as CellId)).toMatchObject({ result: { id: ordinary.resultId } })
  const listed = await listCellResults(world.deps, world.owner.actor, world.notebookId)
  expect(listed.ok && listed.value.filter((one) => one.cellId === cellId)).toMatchObject([{ resultId: ordinary.resultId }])
  expect(await left(oldest.resultId, ordinary.resultId, repeated.resultId)).toEqual([false, true, true])
})

it('a table that is loaded whole later is as old as its run', async () => {
  const cellId = 'loaded'
  const [old, newest] = [await world.addResult({ cellId }), await world.addResult({ cellId })]
  const whole = await loadWhole(old, cellId)
  expect(await newestGoodResult(world.db, world.notebookId, cellId as CellId)).toMatchObject({ result: { id: newest.resultId } })
  expect(await left(old.resultId, whole, newest.resultId)).toEqual([false, false, true])
})
