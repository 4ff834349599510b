/**
 * F8, seen from a run: Postgres goes away for longer than a worker may be silent, and comes back. `AWAY_SECONDS=60` is the
 * promise. What lost its worker in truth is given up all the same, and that worker writes nothing more.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { startSweeper } from '#server/runs/start-sweeper.ts'
import { openStore } from '#server/store/client.ts'
import { startOwnPostgres } from '../../support/own-postgres.ts'
import { createRunWorld, NO_SPARK, textOf, until, type RunWorld } from '../../support/run-world.ts'
import { startProxy } from '../../support/tcp-proxy.ts'

const AWAY_MS = Number(process.env.AWAY_SECONDS ?? 30) * 1000
const NO_SPARK_ENV = { SPARK_REMOTE: NO_SPARK }

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
}, 60_000)

const saysOn = (world: RunWorld, id: Parameters<RunWorld['read']>[0]) => async () => textOf(await world.outputsOf(await world.read(id))) !== ''

async function proxyOf(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
  ends.push(proxy.close)
  url.port = String(proxy.port)
  return { proxy, url: url.href }
}

/** Another process that sweeps, as the web does. It ends before the world. */
function sweepBy(world: RunWorld, databaseUrl: string): void {
  const store = openStore(databaseUrl, { name: 'sweeper', max: 2 })
  const stop = startSweeper({ ...world.deps, sql: store.sql, db: store.db })
  ends.unshift(async () => {
    await stop()
    await store.close()
  })
}

async function goesOn(world: RunWorld, databaseUrl: string, away: () => unknown, back: () => unknown): Promise<void> {
  const worker = await world.startWorker({ DATABASE_URL: databaseUrl })
  sweepBy(world, databaseUrl)
  const lines = AWAY_MS / 100 + 100
  const long = await world.addNotebook(`import time\nkept = "kept"\nfor line in range(${lines}):\n  print(line, flush=True)\n  time.sleep(.1)`)
  const short = await world.addNotebook('import time\nprint("on", flush=True)\ntime.sleep(15)\nprint("done")', 'import time\nprint(time.time())')
  const asked = [await world.request(long), await world.request(short)] as const
  for (const { id } of asked) await until(saysOn(world, id))
  await away()
  await pause(AWAY_MS)
  const backAt = Date.now()
  await back()
  await until(() => world.sql`select 1`.then(() => true, () => false), 30_000)
  const done = await world.ended(asked[0].id, 60_000)
  expect([done.state, done.reason, done.attempt]).toEqual(['succeeded', null, 1])
  expect(textOf(await world.outputsOf(done)).trim().split('\n')).toEqual(Array.from({ length: lines }, (_, at) => String(at)))
  const other = await world.ended(asked[1].id, 60_000)
  expect([other.state, textOf(await world.outputsOf(other))]).toEqual(['succeeded', 'on\ndone\n'])
  // While nobody could say whose the run was, none of its cells was begun.
  expect(Number(textOf(await world.outputsOf(other, 'c2'))) * 1000).toBeGreaterThan(backAt)
  expect([worker.process.exitCode, worker.process.signalCode]).toEqual([null, null])
  expect(textOf((await world.run(long, 'print(kept)')).outputs)).toBe('kept\n')
}

it('F8: Postgres is killed: what runs goes on, and all of its output is there once and in order', async () => {
  const postgres = await startOwnPostgres()
  const world = await createRunWorld(NO_SPARK_ENV, postgres)
  ends.push(world.close)
  await goesOn(world, postgres.url, postgres.kill, postgres.start)
}, 60_000 + 3 * AWAY_MS + 60_000)

it('F8: Postgres lives, and nobody reaches it', async () => {
  const world = await createRunWorld()
  ends.push(world.close)
  const { proxy, url } = await proxyOf(world.url)
  await goesOn(world, url, proxy.cut, proxy.mend)
}, 60_000 + 3 * AWAY_MS + 60_000)

it('F4: a worker that alone was cut off loses its run, begins no other cell, and ends itself when it learns of it', async () => {
  const world = await createRunWorld()
  ends.push(world.close)
  const { proxy, url } = await proxyOf(world.url)
  const worker = await world.startWorker({ DATABASE_URL: url })
  sweepBy(world, world.url)
  const mark = join(world.dataDir, 'begun')
  const notebook = await world.addNotebook('import time\nfor line in range(150):\n  print(line, flush=True)\n  time.sleep(.1)', `open(${JSON.stringify(mark)}, "w")`)
  const run = await world.request(notebook)
  await until(saysOn(world, run.id))
  proxy.cut()
  const cutAt = Date.now()
  const lost = await world.ended(run.id, 40_000)
  expect(Date.now() - cutAt).toBeLessThan(15_000)
  expect(lost).toMatchObject({ state: 'lost', reason: 'The worker that ran this died. Run it again.' })
  await pause(20_000)
  expect([existsSync(mark), worker.process.exitCode]).toEqual([false, null])
  const before = textOf(await world.outputsOf(lost))
  proxy.mend()
  await until(() => worker.process.exitCode !== null && worker.log().includes('it was taken for dead'), 10_000)
  expect([existsSync(mark), textOf(await world.outputsOf(lost))]).toEqual([false, before])
}, 120_000)
