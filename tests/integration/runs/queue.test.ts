/** The shared queue: its order, who may change it, and that the order holds when the worker dies. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import type { CellId, NotebookId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'
import type { Member } from '#server/auth/actor.ts'
import { appendToFeed } from '#server/feed/append.ts'
import { interruptNotebook } from '#server/runs/cancel-run.ts'
import { cancelRuns } from '#server/runs/cancel-runs.ts'
import { insertRun } from '#server/runs/insert-run.ts'
import { moveRun } from '#server/runs/order-queue.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { startRun } from '#server/runs/start-run.ts'
import { createRunWorld, until, type RunWorld } from '../../support/run-world.ts'
import { startedRun } from '../../support/started-run.ts'

let world: RunWorld
let editor: Member
beforeAll(async () => {
  world = await createRunWorld()
  editor = await world.addPerson('Edi', 'editor')
}, 60_000)
afterAll(() => world.close(), 60_000)

const one = (notebook: NotebookId, actor?: Member): Promise<Run> => world.request(notebook, { kind: 'all' }, actor)
const move = (run: Run, before: Run | null, actor: Member = world.person) => moveRun(world.deps, actor, { runId: run.id, before: before?.id ?? null })
const ids = (...runs: Run[]): RunId[] => runs.map((run) => run.id)
/** In the order in which the queue would give them out. */
const jobs = async (notebook: NotebookId) => (await world.db.execute<{ id: RunId }>(sql`
  select substr(key, 5) as id from graphile_worker.jobs where queue_name = ${`notebook:${notebook}`} and key like 'run:%' order by priority, run_at, id`)).map((row) => row.id)

const workspaceOf = async (notebook: NotebookId): Promise<WorkspaceId> => (await world.db.execute<{ id: WorkspaceId }>(sql`select workspace_id as id from notebooks where id = ${notebook}`))[0]!.id
const sessionsThatWait = async (): Promise<number> => Number((await world.db.execute<{ n: string }>(sql`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))[0]!.n)

describe('[QUEUE1] ordering what waits', () => {
  it('changes the order of the jobs with that of the runs, for everybody who follows, and keeps a later run last', async () => {
    const notebook = await world.addNotebook('1')
    const [a, b, c] = [await one(notebook), await one(notebook), await one(notebook)]
    const { rows, stop } = world.follow(notebook)
    expect(await move(c, a)).toEqual({ ok: true, value: { order: ids(c, a, b) } })
    expect(await jobs(notebook)).toEqual(ids(c, a, b))
    await until(() => rows.some(({ event }) => event.kind === 'queue.changed' && event.runIds.join() === ids(c, a, b).join()))
    stop()
    const d = await one(notebook)
    expect(await jobs(notebook)).toEqual(ids(c, a, b, d))
    expect(await move(a, null)).toEqual({ ok: true, value: { order: ids(c, b, d, a) } })
    expect(await jobs(notebook)).toEqual(ids(c, b, d, a))
    const ranks = new Map((await readSnapshot(world.deps, notebook)).runs.map((run) => [run.id, run.queueRank]))
    expect(ids(c, b, d, a).map((id) => ranks.get(id))).toEqual([-4, -3, -2, -1])
    await cancelRuns(world.deps, world.person, { notebookId: notebook, whose: 'all' })
  })

  it('gives out runs as the feed tells of them, whichever transaction began first', async () => {
    const notebook = await world.addNotebook('1')
    const order = await world.db.transaction(async (tx) => {
      await tx.execute(sql`select now()`)
      const quick = await one(notebook)
      const slow = await insertRun(tx, {
        id: randomUUID() as RunId, workspaceId: await workspaceOf(notebook), notebookId: notebook, cause: 'person', requestedBy: null, requestId: null, scope: { kind: 'all' }, cells: [],
        hasFreshKernel: false, maxAttempts: 1, parameters: {},
      }, new Date())
      return ids(quick, slow)
    })
    const told = await world.db.execute<{ id: RunId }>(sql`select run_id as id from run_events where notebook_id = ${notebook} and event ->> 'kind' = 'run.requested' order by seq`)
    expect(told.map(({ id }) => id)).toEqual(order)
    expect(await jobs(notebook)).toEqual(order)
    await cancelRuns(world.deps, world.person, { notebookId: notebook, whose: 'all' })
  })

  it('does not let a notebook pass another: its runs share the places that they had', async () => {
    const [mine, theirs] = [await world.addNotebook('1'), await world.addNotebook('1')]
    const first = await one(mine)
    const other = await one(theirs)
    const last = await one(mine)
    await move(last, first)
    const all = await world.db.execute<{ id: RunId }>(sql`select substr(key, 5) as id from graphile_worker.jobs where queue_name in (${`notebook:${mine}`}, ${`notebook:${theirs}`}) order by priority, run_at, id`)
    expect(all.map((row) => row.id)).toEqual(ids(last, other, first))
    for (const notebookId of [mine, theirs]) await cancelRuns(world.deps, world.person, { notebookId, whose: 'all' })
  })

  it('stands against many who order at once: one order wins, and the jobs follow it', async () => {
    const notebook = await world.addNotebook('1')
    const runs = await Promise.all(Array.from({ length: 5 }, () => one(notebook)))
    const moves = await Promise.all(runs.flatMap((run) => [move(run, null), move(run, runs[0]!)]))
    expect(moves.every((moved) => moved.ok)).toBe(true)
    const open = (await readSnapshot(world.deps, notebook)).runs.sort((x, y) => x.queueRank - y.queueRank)
    expect(await jobs(notebook)).toEqual(open.map((run) => run.id))
    expect(new Set(open.map((run) => run.queueRank)).size).toBe(5)
    await cancelRuns(world.deps, world.person, { notebookId: notebook, whose: 'all' })
  })
})

describe('interrupting all of a notebook', () => {
  it('and a run that writes what it shows meanwhile: neither stands in the way of the other', async () => {
    const notebook = await world.addNotebook('1')
    const [waiting, holding] = [await one(notebook), await one(notebook)]
    const interrupted = await world.db.transaction(async (tx) => {
      // As a worker does that writes: first its run, then the notebook's feed.
      await tx.execute(sql`select from runs where id = ${holding.id} for update`)
      const interrupting = interruptNotebook(world.deps, world.person, { notebookId: notebook })
      await until(async () => (await sessionsThatWait()) > 0)
      await appendToFeed(tx, notebook, [{ kind: 'queue.changed', runIds: ids(waiting, holding), at: new Date().toISOString() }])
      return { interrupting }
    })
    expect(await interrupted.interrupting).toMatchObject({ ok: true, value: { runIds: expect.arrayContaining(ids(waiting, holding)) as RunId[] } })
  })
})

describe('an Interrupt that leaves what others wait for', () => {
  it('ends what runs, whoever asked for it, and what waits of one’s own; of the rest it tells', async () => {
    const notebook = await world.addNotebook('1')
    const going = await startedRun(world, world.person, notebook)
    const [mine, theirs, last] = [await one(notebook, editor), await one(notebook), await one(notebook, editor)]
    const done = await interruptNotebook(world.deps, editor, { notebookId: notebook, waiting: 'mine' })
    expect(done).toMatchObject({ ok: true, value: { runIds: expect.arrayContaining([going.id, ...ids(mine, last)]) as RunId[], leftRunIds: ids(theirs) } })
    expect(await Promise.all([going.id, ...ids(mine, theirs, last)].map(async (id) => (await world.read(id)).state))).toEqual(['cancelling', 'cancelled', 'queued', 'cancelled'])
    expect(await jobs(notebook)).toContain(theirs.id)
    // Without that word all of them, as ever.
    expect(await interruptNotebook(world.deps, editor, { notebookId: notebook })).toMatchObject({ ok: true, value: { leftRunIds: [] } })
    expect((await world.read(theirs.id)).state).toBe('cancelled')
  })
})

describe('[QUEUE2] who may', () => {
  it('an owner orders all, an editor their own and those behind, a runner and a viewer nothing', async () => {
    const notebook = await world.addNotebook('1')
    const [a, b, c] = [await one(notebook), await one(notebook, editor), await one(notebook)]
    expect(await move(b, a, editor)).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await move(a, null, editor)).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await move(b, null, editor)).toMatchObject({ ok: true, value: { order: ids(a, c, b) } })
    expect(await move(b, a)).toMatchObject({ ok: true, value: { order: ids(b, a, c) } })
    for (const role of ['runner', 'viewer'] as const) expect(await move(a, null, await world.addPerson(role, role))).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await move(a, null, await world.addPerson('Eve', null))).toMatchObject({ ok: false, reason: 'not-found' })
    expect(await moveRun(world.deps, world.person, { runId: a.id, before: randomUUID() })).toMatchObject({ ok: false, reason: 'not-waiting' })
    expect(await cancelRuns(world.deps, editor, { notebookId: notebook, whose: 'mine' })).toEqual({ ok: true, value: { runIds: ids(b) } })
    expect(await move(b, null)).toMatchObject({ ok: false, reason: 'not-waiting' })
    expect((await jobs(notebook)).length).toBe(2)
    expect((await cancelRuns(world.deps, world.person, { notebookId: notebook, whose: 'all' })).ok).toBe(true)
    expect(await jobs(notebook)).toEqual([])
  })

  it('cancels runs of schedules with all the others, and their line is not mixed with the notebook’s', async () => {
    const notebook = await world.addNotebook('1')
    const mine = await one(notebook)
    const started = await world.db.transaction((tx) => startRun(world.deps, tx, { notebookId: notebook, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
    if (!started.ok) throw new Error(started.message)
    expect(await moveRun(world.deps, world.person, { runId: started.value, before: mine.id })).toMatchObject({ ok: false, reason: 'not-waiting' })
    const cancelled = await cancelRuns(world.deps, world.person, { notebookId: notebook, whose: 'all' })
    expect(cancelled.ok && new Set(cancelled.value.runIds)).toEqual(new Set([mine.id, started.value]))
  })
})

describe('with workers', () => {
  it('F3: runs what waits in the order that was given, though the worker is killed in between', async () => {
    const notebook = await world.addNotebook('1')
    const source = (text: string) => world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: text }])
    source('import time; time.sleep(60)')
    const going = await one(notebook)
    const dying = await world.startWorker()
    await until(async () => (await world.read(going.id)).cells[0]?.state === 'running', 20_000)
    source('1')
    const [a, b, c] = [await one(notebook), await one(notebook), await one(notebook)]
    expect(await move(c, a)).toMatchObject({ ok: true })
    await dying.kill('SIGKILL')
    expect(await move(b, a)).toMatchObject({ ok: true, value: { order: ids(c, b, a) } })
    await world.startWorker()
    const done = await Promise.all([a, b, c].map((run) => world.ended(run.id, 40_000)))
    expect((await world.ended(going.id)).state).toBe('lost')
    expect(done.map((run) => run.state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(done.toSorted((x, y) => x.startedAt!.localeCompare(y.startedAt!)).map((run) => run.id)).toEqual(ids(c, b, a))
  }, 90_000)

  it('tells what a cell takes from its last good runs', async () => {
    const notebook = await world.addNotebook()
    for (let i = 0; i < 6; i += 1) await world.run(notebook, 'import time; time.sleep(.05)')
    await world.run(notebook, '1 / 0')
    const [history] = (await readSnapshot(world.deps, notebook)).history
    expect(history?.spansMs).toHaveLength(5)
    for (const ms of history?.spansMs ?? []) expect(ms).toBeGreaterThanOrEqual(45)
    expect(history?.parameters).toEqual({})
  }, 60_000)
})

describe('a lone run', () => {
  it('L7: is taken at once, also when others look for jobs in the same moment', async () => {
    if (world.workers.every(({ process: { exitCode, signalCode } }) => exitCode !== null || signalCode !== null)) await world.startWorker()
    const notebook = await world.addNotebook('1')
    await world.ended((await one(notebook)).id)
    let isOver = false
    // What a look of any pool does for its moment: it holds every queue that is free.
    const looking = (async () => {
      while (!isOver) {
        await world.sql.begin((tx) => tx`select id, pg_sleep(.004) from (select id from graphile_worker._private_job_queues where is_available for update skip locked) as held limit 1`)
        await new Promise((resolve) => setTimeout(resolve, 8))
      }
    })()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      // Behind a job the pool looks again by itself; here nothing went before.
      await new Promise((resolve) => setTimeout(resolve, 400))
      const { rows, stop } = world.follow(notebook)
      const askedAt = performance.now()
      const run = await one(notebook)
      await until(() => rows.some(({ event }) => event.kind === 'run.changed' && event.runId === run.id))
      waits.push(performance.now() - askedAt)
      stop()
      await world.ended(run.id)
    }
    isOver = true
    await looking
    expect(waits.filter((ms) => ms < 400).length, waits.map(Math.round).join(' ')).toBeGreaterThanOrEqual(6)
  }, 60_000)
})
