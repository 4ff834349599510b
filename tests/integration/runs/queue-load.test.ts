/**
 * L5: a long queue behind nobody's back. Runs of schedules fill every place that they may have on two workers, and a
 * person's run begins beside them. QUEUED_RUNS=10000 is the promise's own number.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { cancelRuns } from '#server/runs/cancel-runs.ts'
import { startRun } from '#server/runs/start-run.ts'
import { runs } from '#server/store/schema/runs.ts'
import { createRunWorld, until, type RunWorld } from '../../support/run-world.ts'

const QUEUED = Number(process.env.QUEUED_RUNS ?? 300)
const NOTEBOOKS = 30
const LANES = 8
const PRESSES = 5

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld()
}, 60_000)
afterAll(() => world.close(), 60_000)

it(`L5: a person’s run begins within a second behind ${QUEUED} queued ones, which all come to an end`, async () => {
  const notebooks = await Promise.all(Array.from({ length: NOTEBOOKS }, () => world.addNotebook('import time; time.sleep(2)')))
  const began = performance.now()
  await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    for (let at = lane; at < QUEUED; at += LANES) {
      const started = await world.db.transaction((tx) => startRun(world.deps, tx, { notebookId: notebooks[at % NOTEBOOKS]!, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
      expect(started.ok).toBe(true)
    }
  }))
  const perSecond = QUEUED / ((performance.now() - began) / 1000)
  await Promise.all([world.startWorker(), world.startWorker()])
  const going = async () => (await world.db.select({ id: runs.id }).from(runs).where(and(inArray(runs.notebookId, notebooks), eq(runs.state, 'running')))).length
  await until(async () => (await going()) >= 8, 60_000)

  const mine = await world.addNotebook('1')
  await world.run(mine, 'x = 1')
  const waitedMs: number[] = []
  for (let press = 0; press < PRESSES; press += 1) {
    const { run } = await world.run(mine, 'x += 1')
    waitedMs.push(Date.parse(run.startedAt!) - Date.parse(run.requestedAt))
  }
  expect(await going()).toBeGreaterThan(0)
  const open = () => world.db.select({ id: runs.id }).from(runs).where(and(inArray(runs.notebookId, notebooks), isNull(runs.finishedAt)))
  expect((await open()).length).toBeGreaterThan(QUEUED / 2)
  waitedMs.sort((a, b) => a - b)
  process.stdout.write(`L5: ${Math.round(perSecond)} runs queued a second; a person's run began after ${waitedMs.join(', ')} ms\n`)
  expect(waitedMs[Math.floor(PRESSES / 2)]).toBeLessThan(1000)

  await Promise.all(notebooks.map((notebookId) => cancelRuns(world.deps, world.person, { notebookId, whose: 'all' })))
  await until(async () => (await open()).length === 0, 60_000)
  const ends = await world.db.select({ state: runs.state }).from(runs).where(inArray(runs.notebookId, notebooks))
  expect(ends).toHaveLength(QUEUED)
  expect(new Set(ends.map((run) => run.state))).toEqual(new Set(['cancelled', 'succeeded']))
}, 300_000)
