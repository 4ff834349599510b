/**
 * Chaos: people ask for runs while workers, kernels, the web process and the database's connections are killed at
 * random. F3, F6, F8. In the end each run that was accepted has one end state, told once; what it printed is there from
 * its first line on without a gap or a double; and nothing stays running 15 s after what ran it died.
 * `CHAOS_RUNS` asks for a longer night, `CHAOS_SEED` for another one, `CHAOS_SPARK=1` for one in which notebooks work on
 * Spark and Spark itself is killed each minute (F7); its start alone takes longer than the short form. People then ask
 * no faster than their runs end, or there would be but one such minute.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import postgres from 'postgres'
import type { FeedEvent, Output } from '#lib/domain/feed.ts'
import { isEnd, type RunState } from '#lib/domain/run.ts'
import { signInOwner, type Owner } from '../../bench/owner.ts'
import { below, oneOf, seeded } from '../../support/chance.ts'
import { NO_SPARK, until } from '../../support/run-world.ts'
import { startProduct, type Product } from '../../support/start-product.ts'

const RUNS = Number(process.env.CHAOS_RUNS ?? 60)
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_125)
const HAS_SPARK = process.env.CHAOS_SPARK === '1'
const LINES = 15
const SOURCE = `import time\nfor line in range(${LINES}):\n    print(line, flush=True)\n    time.sleep(.02)`
/** A cell that meets no Spark waits for it, or fails with a sentence; what it printed before stays. */
const SPARK_SOURCE = `for line in range(${LINES}):\n    print(line, flush=True)\n    if line % 5 == 4: spark.range(1000).selectExpr("sum(id)").collect()`
const OVER_WITHIN_MS = 15_000
/** It takes half of that to be there again. */
const SPARK_EVERY_MS = 60_000
const OPEN_MAX = 24

let product: Product
let owner: Owner
let sql: postgres.Sql
const workers: ChildProcess[] = []
/** One of two ends by itself when the database is cut while it begins: it is started again, as `npm start` does it. */
let areKept = true
const ends: string[] = []

beforeAll(async () => {
  product = await startProduct({ env: HAS_SPARK ? { SPARK_MEMORY: '1g' } : { SPARK_REMOTE: NO_SPARK } })
  owner = await signInOwner(product)
  sql = postgres(product.env.DATABASE_URL ?? '', { max: 2, onnotice: () => {} })
  workers.push(product.worker, startWorker())
  workers.forEach((_, which) => keep(which))
}, 120_000)
afterAll(async () => {
  areKept = false
  // Its folder goes with the product.
  const others = workers.filter((worker) => worker !== product.worker && worker.exitCode === null && worker.signalCode === null)
  await Promise.all(others.map((worker) => new Promise((resolve) => void worker.once('exit', resolve).kill('SIGTERM'))))
  await sql.end()
  await product.stop()
}, 120_000)

const startWorker = (): ChildProcess => spawn(process.execPath, ['workers/start.ts'], { env: product.env, stdio: 'ignore' })

function keep(which: number): void {
  const worker = workers[which]!
  worker.once('exit', (code, signal) => {
    if (!areKept) return
    ends.push(`worker ${which}: ${signal ?? code}`)
    const next = startWorker()
    if (worker === product.worker) product.worker = next
    workers[which] = next
    keep(which)
  })
}

/** What is there when runs do not come to their end. */
async function describeRest(): Promise<string> {
  const runs = await sql`select r.id, r.state, r.worker_id, w.pid, w.beat_at from runs r left join workers w on w.id = r.worker_id where r.finished_at is null`
  const jobs = await sql`select * from graphile_worker.jobs where task_identifier like 'run%' limit 20`
  return JSON.stringify({ runs, jobs, ends, alive: workers.map(({ pid, exitCode }) => ({ pid, exitCode })) })
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const openRuns = (workerPid: number | null): Promise<{ id: string }[]> => sql`
  select r.id from runs r left join workers w on w.id = r.worker_id
  where r.finished_at is null and r.state <> 'queued' and (${workerPid}::integer is null or w.pid = ${workerPid})`

/** Runs whose process was killed, and when. */
const orphans: { ids: string[]; at: number; what: string }[] = []
const kills = { worker: 0, kernel: 0, web: 0, database: 0, spark: 0 }

const FAULTS: Record<keyof typeof kills, (random: () => number) => Promise<void>> = {
  async worker(random) {
    const which = below(random, 2)
    const dying = workers[which]!
    const ids = (await openRuns(dying.pid ?? 0)).map((run) => run.id)
    dying.kill('SIGKILL')
    orphans.push({ ids, at: Date.now(), what: 'worker' })
  },
  async kernel(random) {
    const live = await sql<{ pid: number; notebookId: string }[]>`select pid, notebook_id as "notebookId" from kernels where ended_at is null and state = 'busy'`
    if (live.length === 0) return
    const { pid, notebookId } = oneOf(random, live)
    const running = await sql<{ id: string }[]>`select id from runs where notebook_id = ${notebookId} and state = 'running'`
    try {
      process.kill(pid, 'SIGKILL')
      orphans.push({ ids: running.map((run) => run.id), at: Date.now(), what: 'kernel' })
    } catch {
      // It ended by itself a moment ago.
    }
  },
  async web() {
    product.web.kill('SIGKILL')
    await pause(200)
    await product.restartWeb()
  },
  /** Its runs are not the process's own: they go on, and fail or wait for the next Spark. */
  async spark() {
    const [up] = await sql<{ pid: number }[]>`select pid from computes where pid is not null and state = 'running'`
    if (up === undefined) throw new Error('Spark is not up.')
    process.kill(up.pid, 'SIGKILL')
  },
  async database() {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  },
}

const TURNS = ['kernel', 'worker', 'web', 'kernel', 'database', 'kernel', 'worker'] as const

/** The very first start lays the catalog down; a cell waits two minutes for it, a busy machine may take longer. */
async function firstSpark(notebookId: string): Promise<void> {
  await until(async () => {
    const states = await sql<{ state: RunState }[]>`select state from runs where notebook_id = ${notebookId}`
    if (states.every(({ state }) => isEnd(state))) await ask(notebookId)
    return states.some(({ state }) => state === 'succeeded')
  }, 400_000)
}

async function ask(notebookId: string): Promise<boolean> {
  return owner.call('POST', `/notebooks/${notebookId}/runs`, { scope: { kind: 'all' } }).then(() => true, () => false)
}

it(`F3 F6 F8 chaos, seed ${SEED}: of ${RUNS} runs each ends once, with what it printed whole up to its end`, async () => {
  const random = seeded(SEED)
  const notebooks = await Promise.all(Array.from({ length: 6 }, (_, i) => owner.makeNotebook(`Chaos ${i}`, [{ kind: 'python', source: HAS_SPARK && i % 2 === 1 ? SPARK_SOURCE : SOURCE }])))
  if (HAS_SPARK) await firstSpark(notebooks[1]!.id)
  let accepted = 0
  let isOver = false
  const asking = (async () => {
    while (accepted < RUNS) {
      if (await ask(oneOf(random, notebooks).id)) accepted += 1
      await pause(below(random, 120))
      while (HAS_SPARK && (await sql`select from runs where finished_at is null`.catch(() => [])).length > OPEN_MAX) await pause(200)
    }
  })()
  const breaking = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      await pause(300 + below(random, 1500))
      const fault = TURNS[turn % TURNS.length]!
      await FAULTS[fault](random).then(() => (kills[fault] += 1), () => undefined)
    }
  })()
  const breakingSpark = (async () => {
    for (let last = Date.now(); HAS_SPARK && !isOver; await pause(500)) {
      if (Date.now() - last < SPARK_EVERY_MS) continue
      last = Date.now()
      await FAULTS.spark(random).then(() => (kills.spark += 1), () => undefined)
    }
  })()
  await asking
  isOver = true
  await Promise.all([breaking, breakingSpark])
  // Not the Welcome notebook's, which waits for a Spark that is not there.
  const ids = notebooks.map((notebook) => notebook.id)
  await until(async () => (await sql`select from runs where finished_at is null and notebook_id = any(${ids}::uuid[])`.catch(() => [null])).length === 0, HAS_SPARK ? 300_000 : 90_000)
    .catch(async (cause: unknown) => { throw new Error(`Not all runs ended. ${await describeRest()}`, { cause }) })

  const runs = await sql<{ id: string; state: RunState; notebookId: string; finishedAt: Date }[]>`select id, state, notebook_id as "notebookId", finished_at as "finishedAt" from runs where notebook_id = any(${ids}::uuid[])`
  const events = await sql<{ runId: string; event: FeedEvent }[]>`select run_id as "runId", event from run_events where run_id is not null`
  const shown = await sql<{ runId: string; output: Output }[]>`select run_id as "runId", output from outputs order by notebook_id, seq`
  const textOf = Map.groupBy(shown, (one) => one.runId)
  const told = Map.groupBy(events.filter(({ event }) => event.kind === 'run.changed' && isEnd(event.state)), (one) => one.runId)
  const whole = Array.from({ length: LINES }, (_, line) => `${line}\n`).join('')
  const printed = (id: string) => (textOf.get(id) ?? []).map(({ output }) => (output.kind === 'stream' && output.name === 'stdout' ? output.text : '')).join('')

  const broken = runs.filter(({ id, state }) => (state === 'succeeded' ? printed(id) !== whole : !whole.startsWith(printed(id))))
  const late = orphans.flatMap(({ ids, at, what }) => runs.filter((run) => ids.includes(run.id)).map((run) => ({ what, ms: run.finishedAt.getTime() - at }))).filter(({ ms }) => ms > OVER_WITHIN_MS)
  const states = Object.fromEntries([...Map.groupBy(runs, (run) => run.state)].map(([state, list]) => [state, list.length]))
  console.info(`chaos: kills ${JSON.stringify(kills)}; runs ${runs.length}, of them ${JSON.stringify(states)}; broken ${broken.length}, late ${late.length}`)
  expect(runs.length).toBeGreaterThanOrEqual(accepted)
  expect(runs.filter(({ id }) => told.get(id)?.length !== 1)).toEqual([])
  expect(broken.map(({ id, state }) => ({ state, printed: printed(id) }))).toEqual([])
  expect(late).toEqual([])
  expect(states.succeeded).toBeGreaterThan(0)
  await expectRest(ids)
}, RUNS * 2_000 + (HAS_SPARK ? 1_100_000 : 240_000))

/** Afterwards every notebook works, each in one living kernel. */
async function expectRest(ids: string[]): Promise<void> {
  for (const id of ids) await until(() => ask(id), 20_000)
  await until(async () => (await sql`select from runs where finished_at is null and notebook_id = any(${ids}::uuid[])`).length === 0, HAS_SPARK ? 180_000 : 60_000)
  const last = await sql<{ state: RunState }[]>`select distinct on (notebook_id) state from runs where notebook_id = any(${ids}::uuid[]) order by notebook_id, requested_at desc`
  expect(last.map((run) => run.state)).toEqual(ids.map(() => 'succeeded'))
  // Of these alone: the Welcome notebook has run too, and its kernel may have outlived every kill.
  const live = await sql<{ pid: number; notebookId: string }[]>`select pid, notebook_id as "notebookId" from kernels where ended_at is null and notebook_id = any(${ids}::uuid[])`
  expect(live.map((kernel) => kernel.notebookId).sort()).toEqual([...ids].sort())
  for (const { pid } of live) expect(existsSync(`/proc/${pid}`), `kernel ${pid} lives`).toBe(true)
}
