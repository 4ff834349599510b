/** One Spark per compute, whoever wishes for what and whoever dies: two workers on one machine, real processes, real signals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq, sql } from 'drizzle-orm'
import { condemnIdle, defaultCompute } from '#server/compute/compute-store.ts'
import { restartCompute, startCompute } from '#server/compute/start-compute.ts'
import { stopCompute } from '#server/compute/stop-compute.ts'
import { hostName } from '#server/config.ts'
import { computes } from '#server/store/schema/compute.ts'
import { createRunWorld, textOf, until, type RunWorld, type WorkerProcess } from '../../support/run-world.ts'
import { sparksOf, watchSparks } from '../../support/sparks-of.ts'

const UP_WITHIN_MS = 150_000
const config = { authSecret: 'a-secret-for-tests-only-0123456789' }

let world: RunWorld
let workers: [WorkerProcess, WorkerProcess]
const compute = async () => (await world.db.select().from(computes).where(and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, true))))[0]!
const untilState = (state: string, withinMs = UP_WITHIN_MS) => until(async () => (await compute()).state === state, withinMs)
const press = async (what: typeof startCompute) => {
  const pressed = await what({ db: world.db, config }, world.person, { computeId: (await compute()).id, requestId: null })
  if (!pressed.ok) throw new Error(pressed.message)
  return pressed.value
}
const pressStop = () => press((deps, actor, input) => stopCompute(deps, actor, input))
/** As if nobody had used or started it for an hour. */
const leaveAlone = () => world.db.update(computes).set({ lastUsedAt: sql`now() - interval '1 hour'`, startedAt: sql`now() - interval '1 hour'` })
const works = async () => expect(textOf((await world.run(await world.addNotebook(), 'print(spark.range(4).count())', UP_WITHIN_MS)).outputs)).toBe('4\n')

beforeAll(async () => {
  world = await createRunWorld({ SPARK_MEMORY: '1g', KERNEL_POOL: '0' })
}, 60_000)
afterAll(() => world.close(), 90_000)

describe('two workers of one machine', () => {
  it('that begin at once warm the Spark that was used last once, and do not take it for idle', async () => {
    await defaultCompute(world.db, world.workspaceId)
    await world.db.update(computes).set({ lastUsedAt: sql`now() - interval '1 hour'` })
    const watched = watchSparks(world.dataDir)
    workers = await Promise.all([world.startWorker(), world.startWorker()])
    await untilState('running')
    expect(watched.stop()).toBe(1)
    expect(sparksOf(world.dataDir)).toEqual([(await compute()).pid])
    expect(await condemnIdle(world.db, hostName(), 600_000)).toEqual([])
    await works()
  }, 300_000)

  it('stop it together at one press, and nobody takes that for a death', async () => {
    await pressStop()
    await untilState('stopped', 30_000)
    expect(sparksOf(world.dataDir)).toEqual([])
    // Each has looked after the process it watched.
    for (const worker of workers) expect(worker.log()).not.toContain('spark ended by itself')
    expect(await compute()).toMatchObject({ state: 'stopped', reason: null, pid: null })
  }, 60_000)

  it('lose no press: Start while it stops leads to another one after the stop', async () => {
    await press(startCompute)
    await untilState('running')
    const { pid } = await compute()
    const watched = watchSparks(world.dataDir)
    await pressStop()
    expect((await press(startCompute)).state).toBe('starting')
    await untilState('running')
    expect((await compute()).pid).not.toBe(pid)
    await works()
    expect(watched.stop()).toBe(1)
    expect(sparksOf(world.dataDir)).toEqual([(await compute()).pid])
  }, 300_000)

  it('lose no press while it stops because nobody used it', async () => {
    const { pid } = await compute()
    // What was run a moment ago would keep it.
    await world.db.execute(sql`update runs set requested_at = requested_at - interval '1 hour', finished_at = finished_at - interval '1 hour'`)
    await leaveAlone()
    await untilState('stopping', 60_000)
    expect((await press(startCompute)).state).toBe('starting')
    await untilState('running')
    expect((await compute()).pid).not.toBe(pid)
    // A press on one that is up counts as use: it stays for its time from then.
    await leaveAlone()
    await press(startCompute)
    expect(await condemnIdle(world.db, hostName(), 600_000)).toEqual([])
  }, 300_000)

  it('that were killed leave it to the next one, which takes it over', async () => {
    const { pid } = await compute()
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')))
    await world.startWorker()
    await works()
    expect(sparksOf(world.dataDir)).toEqual([pid])
    expect((await compute()).pid).toBe(pid)
  }, 200_000)

  it('that were killed before the row knew of it leave one that the next one ends', async () => {
    const [stray] = sparksOf(world.dataDir)
    await world.workers.at(-1)!.kill('SIGKILL')
    await world.db.update(computes).set({ state: 'stopped', pid: null, pidStarted: null, startedAt: null, lastUsedAt: null })
    const watched = watchSparks(world.dataDir)
    await world.startWorker()
    await until(() => !sparksOf(world.dataDir).includes(stray!), 30_000)
    await press(restartCompute)
    await works()
    expect(watched.stop()).toBe(1)
  }, 300_000)
})
