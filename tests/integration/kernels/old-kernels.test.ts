/** Kernels that ended long ago leave the database and the disk; what a page says of them, and what may still be wanted, stays. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KernelId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { Member } from '#server/auth/actor.ts'
import { listLiveKernels } from '#server/compute/kernel-store.ts'
import { KERNEL_KEPT_DAYS, removeKernels } from '#server/compute/remove-kernels.ts'
import { readKernelState } from '#server/runs/read-outputs.ts'
import { openStore } from '#server/store/client.ts'
import { kernels } from '#server/store/schema/compute.ts'
import { runs } from '#server/store/schema/runs.ts'
import { logFile } from '#workers/kernels/log-file.ts'
import { removeKernelLogs } from '#workers/kernels/remove-logs.ts'
import { createTestDatabase } from '../../support/database.ts'
import { rowsRead } from '../../support/rows-read.ts'
import { createWorld, type World } from '../../support/schedules-world.ts'

const HOST = 'of-old-kernels'
const NOW = Date.now()
const daysAgo = (days: number): Date => new Date(NOW - days * 24 * 3600_000)
/** Other connections may count what they read before just now. */
const FEW = 500
const [LONG, LATELY] = [KERNEL_KEPT_DAYS + 1, KERNEL_KEPT_DAYS - 1]

let world: World
let store: ReturnType<typeof openStore>
let person: Member
let folder: string
beforeAll(async () => {
  const database = await createTestDatabase()
  world = await createWorld(database)
  person = await world.addPerson('Ada', 'owner')
  store = openStore(database.url, { name: 'one', max: 1 })
  folder = mkdtempSync(join(tmpdir(), 'dhl-'))
}, 60_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await store.close()
  await world.drop()
})

async function addScheduledRun(notebookId: NotebookId): Promise<RunId> {
  const id = randomUUID() as RunId
  await world.db.insert(runs).values({ id, workspaceId: world.workspaceId, notebookId, cause: 'schedule', scope: { kind: 'all' }, state: 'succeeded', hasFreshKernel: true, finishedAt: new Date() })
  return id
}

/** Days ago; it lives when it has no end. */
async function addKernel(notebookId: NotebookId, { started, ended = null, runId = null, reason = null }: { started: number; ended?: number | null; runId?: RunId | null; reason?: string | null }): Promise<KernelId> {
  const id = randomUUID() as KernelId
  await world.db.insert(kernels).values({
    id, notebookId, runId, host: HOST, pid: 1, pidStarted: '1', connectionPath: 'x', state: ended === null ? 'idle' : 'dead', endReason: reason,
    startedAt: daysAgo(started), lastUsedAt: daysAgo(ended ?? 0), endedAt: ended === null ? null : daysAgo(ended),
  })
  return id
}

const deps = () => ({ db: world.db, now: () => new Date(NOW), logFolder: folder })

async function left(ids: readonly KernelId[]): Promise<boolean[]> {
  const rows = await world.db.select({ id: kernels.id }).from(kernels)
  const there = new Set(rows.map(({ id }) => id))
  return ids.map((id) => there.has(id))
}

describe('rows of kernels', () => {
  it('go when they ended long ago, whichever run they were of; the last of a notebook’s own stays, and what its page says', async () => {
    const [notebookId, other] = [await world.addNotebook(person), await world.addNotebook(person)]
    const runId = await addScheduledRun(notebookId)
    const gone = [await addKernel(notebookId, { started: LONG, ended: LONG, runId }), await addKernel(notebookId, { started: LONG + 9, ended: LONG + 8 })]
    const kept = [
      await addKernel(notebookId, { started: LONG + 5, ended: LONG + 4, reason: 'The kernel ran out of memory.' }),
      await addKernel(notebookId, { started: LATELY, ended: LATELY, runId }),
      await addKernel(notebookId, { started: LONG + 100, ended: LATELY }),
      await addKernel(other, { started: LONG + 200 }),
    ]
    const said = await readKernelState(world.db, notebookId)
    expect(said).toEqual({ state: 'dead', reason: 'The kernel ran out of memory.' })
    expect(await removeKernels(deps())).toBe(gone.length)
    expect([await left(gone), await left(kept)]).toEqual([gone.map(() => false), kept.map(() => true)])
    expect(await readKernelState(world.db, notebookId)).toEqual(said)
    const [run] = await world.sql<{ there: boolean }[]>`select exists (select from runs where id = ${runId}) as there`
    expect(run).toEqual({ there: true })
    expect(await removeKernels(deps())).toBe(0)
  })
})

describe('logs of kernels', () => {
  it('go with their rows or 30 days after the end; those of the living, the young and the pool stay', async () => {
    const notebookId = await world.addNotebook(person)
    const [living, lately, lastOwn] = [await addKernel(notebookId, { started: LONG }), await addKernel(notebookId, { started: LONG, ended: LATELY }), await addKernel(await world.addNotebook(person), { started: LONG, ended: LONG })]
    const [unknown, starting] = [randomUUID() as KernelId, randomUUID() as KernelId]
    const write = (path: string, days: number) => {
      writeFileSync(path, 'a line\n')
      utimesSync(path, daysAgo(days), daysAgo(days))
      return path
    }
    const kept = [...[living, lately].map((id) => write(logFile(folder, id), LONG)), write(logFile(folder, starting), 0.5), ...['fork-server.log', 'kernel-waiting-0a1b2c3d.log', 'notes.txt'].map((name) => write(join(folder, name), LONG))]
    write(logFile(folder, lastOwn), LONG)
    write(logFile(folder, unknown), 2)
    expect(await removeKernelLogs(deps())).toBe(2)
    expect(readdirSync(folder).map((name) => join(folder, name)).sort()).toEqual(kept.sort())
    expect(await removeKernelLogs(deps())).toBe(0)
  })

  it('are none where no kernel was yet', async () => {
    expect(await removeKernelLogs({ ...deps(), logFolder: join(folder, 'none') })).toBe(0)
  })
})

describe('a notebook with thousands of ended kernels', () => {
  it('is asked for its own, and the machine for those that live, without reading the others', async () => {
    const notebookId = await world.addNotebook(person)
    const runId = await addScheduledRun(notebookId)
    await addKernel(notebookId, { started: LONG })
    await store.sql`
      insert into kernels (notebook_id, run_id, host, pid, pid_started, connection_path, state, started_at, ended_at)
      select ${notebookId}::uuid, ${runId}::uuid, ${HOST}::text, 1, '1', 'x', 'stopped', now() - n * interval '1 minute', now() - n * interval '1 minute' from generate_series(1, 20000) n`
    await store.sql`analyze kernels`
    expect(await readKernelState(store.db, notebookId)).toMatchObject({ state: 'idle' })
    expect(await rowsRead(store.sql, ['kernels'], () => readKernelState(store.db, notebookId))).toBeLessThan(FEW)
    expect(await rowsRead(store.sql, ['kernels'], () => listLiveKernels(store.db, HOST))).toBeLessThan(FEW)
  })
})
