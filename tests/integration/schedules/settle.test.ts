/** Ticks on real Postgres: never doubled, never forgotten, with the owner's rights of the moment. */
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId, RunId, ScheduleId } from '#lib/domain/ids.ts'
import { createSchedule, type NewSchedule } from '#server/schedules/create-schedule.ts'
import { pauseFailingSchedule } from '#server/schedules/pause-failing-schedule.ts'
import { readSchedule } from '#server/schedules/read-schedule.ts'
import { runScheduleNow } from '#server/schedules/run-schedule-now.ts'
import { settleSchedules } from '#server/schedules/settle-schedules.ts'
import { updateSchedule } from '#server/schedules/update-schedule.ts'
import { notebooks } from '#server/store/schema/notebooks.ts'
import { runs } from '#server/store/schema/runs.ts'
import { schedules, ticks } from '#server/store/schema/schedules.ts'
import { audit, members } from '#server/store/schema/workspaces.ts'
import type { Member } from '#server/auth/actor.ts'
import { CELL, createWorld, type World } from '../../support/schedules-world.ts'

const MINUTE = 60_000
let world: World
let ada: Member
let notebookId: NotebookId

beforeAll(async () => {
  world = await createWorld()
  ada = await world.addPerson('Ada', 'editor')
  notebookId = await world.addNotebook(ada)
}, 60_000)
afterAll(() => world.drop())

/** A schedule of a notebook of its own that is settled up to `settledUntil`. */
async function make(settledUntil: Date, more: Partial<NewSchedule> = {}, owner = ada): Promise<ScheduleId> {
  const made = await createSchedule(world.deps, owner, { notebookId: await world.addNotebook(ada), cron: '*/5 * * * *', zone: 'UTC', requestId: null, ...more })
  if (!made.ok) throw new Error(made.message)
  await world.db.update(schedules).set({ settledUntil, nextDueAt: settledUntil }).where(eq(schedules.id, made.value.id))
  return made.value.id
}
const at = (minutes: number) => new Date(Date.UTC(2026, 4, 4, 12, 0) + minutes * MINUTE)
const ticksOf = async (id: ScheduleId) =>
  (await world.db.select().from(ticks).where(eq(ticks.scheduleId, id)).orderBy(ticks.dueAt)).map((tick) => ({ ...tick, minute: (tick.dueAt.getTime() - at(0).getTime()) / MINUTE }))
const runsOf = async (id: ScheduleId) => (await ticksOf(id)).flatMap((tick) => (tick.runId === null ? [] : [tick.runId]))
const settle = (now: Date) => settleSchedules(world.deps, now)
const pauseAll = () => world.db.update(schedules).set({ isPaused: true })

describe('a tick', () => {
  it('requests an ordinary run with a fresh kernel, in the queue, on behalf of its owner', async () => {
    const id = await make(at(0))
    await settle(at(5.2))
    const [tick] = await ticksOf(id)
    expect(tick).toMatchObject({ minute: 5, state: 'ran', reason: null })
    const [run] = await world.db.select().from(runs).where(eq(runs.id, tick!.runId as RunId))
    expect(run).toMatchObject({ cause: 'schedule', state: 'queued', hasFreshKernel: true, requestedBy: ada.userId, scope: { kind: 'all' } })
    const jobs = await world.sql`select task_identifier from graphile_worker.jobs where key = ${`run:${run!.id}`}`
    expect(jobs).toEqual([expect.objectContaining({ task_identifier: 'run-in-background' })])
    await pauseAll()
  })

  it('is run once when four workers settle at the same moment, many times over (L6 in small)', async () => {
    const ids = await Promise.all(Array.from({ length: 25 }, () => make(at(0))))
    await Promise.all(Array.from({ length: 4 }, () => settle(at(5.1))))
    await settle(at(5.2))
    for (const id of ids) expect((await ticksOf(id)).map((tick) => [tick.minute, tick.state])).toEqual([[5, 'ran']])
    const all = await world.db.select({ id: runs.id }).from(runs).where(eq(runs.state, 'queued'))
    expect(new Set(all.map((run) => run.id)).size).toBe(25 + 1)
    await pauseAll()
  }, 60_000)

  it('of one cell runs that cell', async () => {
    const id = await make(at(0), { notebookId, cellId: CELL.id })
    await settle(at(5))
    const [run] = await world.db.select().from(runs).where(eq(runs.id, (await runsOf(id))[0]!))
    expect(run!.scope).toEqual({ kind: 'cell', cellId: CELL.id })
    await pauseAll()
  })

  it('that cannot be settled does not hold the others up', async () => {
    const bad = await make(at(0))
    await world.db.update(schedules).set({ zone: 'Mars/Olympus', nextDueAt: at(-60) }).where(eq(schedules.id, bad))
    const good = await make(at(0))
    expect(await settle(at(5))).toEqual({ settled: 1, failed: 1 })
    expect(await ticksOf(good)).toHaveLength(1)
    expect(await ticksOf(bad)).toEqual([])
    await pauseAll()
  })
})

describe('F20 a downtime', () => {
  const look = async (more: Partial<NewSchedule>, minutes: number) => {
    const id = await make(at(0), more)
    await settle(at(minutes))
    const all = await ticksOf(id)
    await pauseAll()
    return { ran: all.filter((tick) => tick.state === 'ran').map((tick) => tick.minute), missed: all.filter((tick) => tick.state === 'missed').length }
  }
  it('of 10 minutes: skip, latest, all', async () => {
    expect(await look({ catchUp: 'skip' }, 13)).toEqual({ ran: [], missed: 2 })
    expect(await look({ catchUp: 'latest' }, 13)).toEqual({ ran: [10], missed: 1 })
    expect(await look({ catchUp: 'all' }, 13)).toEqual({ ran: [5, 10], missed: 0 })
  })
  it('of 3 days: all stops at 100, and every missed tick is shown', async () => {
    const all = await look({ catchUp: 'all' }, 3 * 1440 + 3)
    expect(all.ran).toHaveLength(100)
    expect(all.missed).toBe((3 * 1440) / 5 - 100)
  }, 60_000)
  it('of 3 months of an every-minute schedule: one run, and the range of the rest is named', async () => {
    const id = await make(at(-90 * 1440), { cron: '* * * * *' })
    await settle(at(0))
    const all = await ticksOf(id)
    expect(all.filter((tick) => tick.state === 'ran').map((tick) => tick.minute)).toEqual([0])
    expect(all[0]).toMatchObject({ minute: -90 * 1440 + 1, state: 'missed', reason: expect.stringContaining('every tick before 2026-05-03 02:41 UTC was missed') })
    await pauseAll()
  }, 60_000)
})

describe('F18 the clock', () => {
  it('set one day ahead and back: nothing runs twice, nothing is lost', async () => {
    const id = await make(at(0), { cron: '0 * * * *' })
    for (const minutes of [60, 60 + 1440, 61, 120]) {
      await settle(at(minutes))
      for (const runId of await runsOf(id)) await world.endRun(runId, 'succeeded')
    }
    const all = await ticksOf(id)
    expect(all.map((tick) => [tick.minute, tick.state])).toEqual([[60, 'ran'], [120, 'ran'], [60 + 1440, 'ran']])
    await settle(at(60 + 1440))
    expect((await ticksOf(id)).filter((tick) => tick.minute === 60 + 1440)).toHaveLength(1)
    await pauseAll()
  })
  it('set one hour back: waits and runs each instant once', async () => {
    const id = await make(at(0), { cron: '0 * * * *' })
    for (const minutes of [60, 0, 30, 60, 120]) await settle(at(minutes))
    expect((await ticksOf(id)).map((tick) => [tick.minute, tick.state])).toEqual([[60, 'ran'], [120, 'ran']])
    await pauseAll()
  })
})

describe('limits', () => {
  it('are given to the runs of its ticks and to one asked for now, and can be taken away', async () => {
    const id = await make(at(0), { timeoutSeconds: 600, cellTimeoutSeconds: 300 })
    await settle(at(5))
    expect((await runScheduleNow(world.deps, ada, { scheduleId: id, requestId: null })).ok).toBe(true)
    for (const runId of await runsOf(id)) expect((await world.db.select().from(runs).where(eq(runs.id, runId)))[0]).toMatchObject({ timeoutSeconds: 600, cellTimeoutSeconds: 300 })
    expect(await updateSchedule(world.deps, ada, { scheduleId: id, timeoutSeconds: null, requestId: null })).toMatchObject({ ok: true, value: { timeoutSeconds: null, cellTimeoutSeconds: 300 } })
    await pauseAll()
  })
})

describe('F21 overlap', () => {
  it('queue: one waits, the next are skipped with a reason, and it goes on when a run ends', async () => {
    const id = await make(at(0))
    for (const minutes of [5, 10, 15]) await settle(at(minutes))
    expect((await ticksOf(id)).map((tick) => tick.state)).toEqual(['ran', 'ran', 'skipped'])
    expect((await ticksOf(id))[2]).toMatchObject({ runId: null, reason: 'One run was going and another was waiting already.' })
    await world.endRun((await runsOf(id))[0]!, 'succeeded')
    await settle(at(20))
    expect((await ticksOf(id)).map((tick) => tick.state)).toEqual(['ran', 'ran', 'skipped', 'ran'])
    await pauseAll()
  })
  it('skip: no second run while the first goes', async () => {
    const id = await make(at(0), { overlap: 'skip' })
    for (const minutes of [5, 10]) await settle(at(minutes))
    expect((await ticksOf(id)).map((tick) => tick.state)).toEqual(['ran', 'skipped'])
    await pauseAll()
  })
})

describe('S32 the owner’s rights, at each tick', () => {
  it('a removed member’s schedule does not run, is paused and says why; who resumes it owns it', async () => {
    const bob = await world.addPerson('Bob', 'editor')
    const id = await make(at(0), {}, bob)
    await settle(at(5))
    await world.db.delete(members).where(and(eq(members.workspaceId, world.workspaceId), eq(members.userId, bob.userId)))
    await settle(at(10))
    await settle(at(15))
    expect((await ticksOf(id)).map((tick) => [tick.minute, tick.state])).toEqual([[5, 'ran'], [10, 'refused']])
    const shown = await readSchedule(world.deps, ada, id)
    expect(shown).toMatchObject({ ok: true, value: { isPaused: true, pauseReason: expect.stringContaining('owner may no longer run'), nextDueAt: null } })
    expect(await updateSchedule(world.deps, ada, { scheduleId: id, isPaused: false, requestId: null })).toMatchObject({ ok: true, value: { isPaused: false, owner: { name: 'Ada' } } })
    await pauseAll()
  })
  it('a viewer’s schedule is refused as well', async () => {
    const eve = await world.addPerson('Eve', 'editor')
    const id = await make(at(0), {}, eve)
    await world.db.update(members).set({ role: 'viewer' }).where(eq(members.userId, eve.userId))
    await settle(at(5))
    expect((await ticksOf(id))[0]).toMatchObject({ state: 'refused', runId: null })
  })
  it('a notebook in the trash pauses its schedule', async () => {
    const id = await make(at(0))
    const [row] = await world.db.select().from(schedules).where(eq(schedules.id, id))
    await world.db.update(notebooks).set({ trashedAt: new Date() }).where(eq(notebooks.id, row!.notebookId))
    await settle(at(5))
    expect(await readSchedule(world.deps, ada, id)).toMatchObject({ ok: true, value: { pauseReason: expect.stringContaining('in the trash') } })
  })
  it('an empty notebook is refused without a pause', async () => {
    const id = await make(at(0), { notebookId: await world.addNotebook(ada, []) })
    await settle(at(5))
    expect((await ticksOf(id))[0]).toMatchObject({ state: 'refused', reason: expect.stringContaining('no Python or SQL cell') })
    expect(await readSchedule(world.deps, ada, id)).toMatchObject({ ok: true, value: { isPaused: false } })
    await pauseAll()
  })
})

describe('failures', () => {
  it('three in a row pause the schedule, say so, and are forgotten when it is resumed', async () => {
    const id = await make(at(0))
    await world.db.update(schedules).set({ failuresSince: at(0) }).where(eq(schedules.id, id))
    for (const [index, minutes] of [5, 10, 15].entries()) {
      await settle(at(minutes))
      const runId = (await runsOf(id))[index]!
      await world.endRun(runId, index === 1 ? 'lost' : 'failed')
      await pauseFailingSchedule(world.deps, runId)
      await pauseFailingSchedule(world.deps, runId)
    }
    expect(await readSchedule(world.deps, ada, id)).toMatchObject({ ok: true, value: { isPaused: true, pauseReason: 'Paused after 3 failed runs in a row. Mend the notebook, then resume.' } })
    const pauses = await world.db.select().from(audit).where(and(eq(audit.subject, id), eq(audit.action, 'schedule.pause')))
    expect(pauses).toHaveLength(1)
    await updateSchedule(world.deps, ada, { scheduleId: id, isPaused: false, requestId: null })
    await pauseFailingSchedule(world.deps, (await runsOf(id))[2]!)
    expect(await readSchedule(world.deps, ada, id)).toMatchObject({ ok: true, value: { isPaused: false } })
    await pauseAll()
  })
})

describe('run now', () => {
  it('goes the same way, stands in the history with the name, and a viewer may not', async () => {
    const id = await make(at(0))
    const eve = await world.addPerson('Vera', 'viewer')
    expect(await runScheduleNow(world.deps, eve, { scheduleId: id, requestId: null })).toMatchObject({ ok: false, reason: 'not-allowed' })
    const ran = await runScheduleNow(world.deps, ada, { scheduleId: id, requestId: 'r1' })
    expect(ran.ok).toBe(true)
    expect((await ticksOf(id)).at(-1)).toMatchObject({ state: 'ran', reason: 'Run now by Ada.', runId: ran.ok ? ran.value.runId : '' })
    await pauseAll()
  })
})
