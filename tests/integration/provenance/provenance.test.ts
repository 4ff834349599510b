/** What cells read, beside what those tables are by now: in a real store, for the workspace's members alone; and how two results are compared. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitName } from '#lib/domain/delta-log.ts'
import type { CellId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { InputTable } from '#lib/domain/provenance.ts'
import { describeVerdict } from '#lib/ui/provenance/describe-verdict.ts'
import { loadConfig } from '#server/config.ts'
import { createNotebook } from '#server/notebooks/create-notebook.ts'
import { inputNow } from '#server/provenance/input-now.ts'
import { pinsOfShown } from '#server/provenance/readable-pins.ts'
import { readProvenance } from '#server/provenance/read-provenance.ts'
import { readVerdict } from '#server/provenance/read-verdict.ts'
import { recordInputs } from '#server/provenance/record-inputs.ts'
import { repeatRun } from '#server/provenance/repeat-run.ts'
import { lookAtTables } from '#server/provenance/table-looks.ts'
import { readRun } from '#server/runs/read-run.ts'
import { cellInputs, runPins } from '#server/store/schema/provenance.ts'
import { results, runCells, runs } from '#server/store/schema/runs.ts'
import { createDataWorld, type DataWorld } from '../../support/data-world.ts'

let world: DataWorld
let notebookId: NotebookId
const never = new AbortController().signal
beforeAll(async () => {
  world = await createDataWorld()
  const made = await createNotebook(world.deps, world.owner.actor, { workspaceId: world.owner.slug, title: 'Reads', folder: '', requestId: 'r' })
  if (!made.ok) throw new Error(made.message)
  notebookId = made.value.id
  const { python } = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
  const env = { ...process.env, PYTHONPATH: fileURLToPath(new URL('../../../spark', import.meta.url)) }
  await promisify(execFile)(python, [fileURLToPath(new URL('../../support/same_rows.py', import.meta.url)), `${world.prefix}/results`], { env })
})
afterAll(() => world.close())

const orders = (change: Partial<InputTable> = {}): InputTable => ({ name: 'sales.orders', path: `${world.prefix}/tables/sales.db/orders`, version: 3, isFixed: false, isSure: true, ...change })

async function addRun(told?: unknown, change: Partial<typeof runs.$inferInsert> = {}): Promise<{ runId: RunId; token: string }> {
  const [runId, token] = [randomUUID() as RunId, randomUUID()]
  await world.db.insert(runs).values({ id: runId, workspaceId: world.workspaceId, notebookId, cause: 'person', scope: { kind: 'all' }, state: 'running', attemptToken: token, ...change })
  await world.db.insert(runCells).values({ runId, cellId: 'c1' as CellId, position: 0, kind: 'sql', source: 'select 1', sourceDigest: 'x', state: 'succeeded', finishedAt: new Date() })
  if (told !== undefined) expect(await recordInputs(world.deps, { runId, token, cellId: 'c1' as CellId, told })).toBe(true)
  return { runId, token }
}
/** The orders at another place, copied there well after their last commit. */
async function putBack(name: string): Promise<{ path: string; readAt: Date }> {
  const path = `${world.prefix}/tables/${name}`
  const readAt = await lookAtTables(world.objects).committedAt(`${orders().path}/_delta_log/${commitName(3)}`)
  await sleep(2500)
  await world.objects.copyAll(`${orders().path}/`, `${path}/`)
  return { path, readAt: readAt! }
}
const end = (runId: RunId) => world.db.update(runs).set({ state: 'succeeded', finishedAt: new Date() }).where(eq(runs.id, runId))
const ask = (actor: typeof world.owner.actor, ...ids: RunId[]) => readProvenance(world.deps, actor, { notebookId, cells: ids.map((runId) => ({ runId, cellId: 'c1' })) })

it('rows that are loaded later are those of the versions that were plainly read, and of none that the workspace may not read', async () => {
  const read = [orders(), { ...orders(), name: 'twice', path: `${world.prefix}/tables/twice` }, { ...orders(), name: 'twice', path: `${world.prefix}/tables/twice`, version: 4 }, { ...orders(), path: `${world.prefix}/tables/unsure`, isSure: false }]
  const { runId } = await addRun({ tables: read, untracked: [] })
  const shown = { workspaceId: world.workspaceId, runId, cellId: 'c1' as CellId }
  expect(await pinsOfShown(world.db, shown)).toEqual([{ name: 'sales.orders', path: orders().path, version: 3 }])
  expect(await pinsOfShown(world.db, { ...shown, workspaceId: randomUUID() as typeof world.workspaceId })).toEqual([])
})

describe('a table since it was read', () => {
  const state = async (table: InputTable, readAt = new Date()) => {
    const { state: found, newest } = await inputNow(lookAtTables(world.objects), table, readAt)
    return [found, newest]
  }
  it('is the same, moved on, or fixed by the code, in a few looks', async () => {
    expect(await state(orders())).toEqual(['same', 3])
    expect(await state(orders({ version: 2 }))).toEqual(['moved', 3])
    expect(await state(orders({ version: 0 }))).toEqual(['moved', 3])
    expect(await state(orders({ version: 1, isFixed: true }))).toEqual(['same', 3])
  })
  it('is gone, made anew at its place, or cleaned up at its beginning', async () => {
    expect(await state(orders({ path: `${world.prefix}/tables/nothing` }))).toEqual(['gone', null])
    expect(await state(orders({ version: 9 }))).toEqual(['remade', 3])
    expect(await state(orders(), new Date(Date.now() - 3600_000))).toEqual(['remade', 3])
    const long = orders({ name: 'long', path: `${world.prefix}/tables/long`, version: 1 })
    expect(await state(long)).toEqual(['moved', 5])
  })
  it('is itself when it came back from the bin or out of a backup: the store dates what it was given, the commit when it was made', async () => {
    const { path, readAt } = await putBack('restored')
    expect(await state(orders({ path }), readAt)).toEqual(['same', 3])
    expect(await state(orders({ path, version: 2 }), readAt)).toEqual(['moved', 3])
    expect(await state(orders({ path }), new Date(readAt.getTime() - 3600_000))).toEqual(['remade', 3])
    await world.objects.put(`${path}/_delta_log/${commitName(3)}`, Buffer.from('{"commitInfo":{}}\nnonsense "commitInfo"'))
    expect(await state(orders({ path }), readAt)).toEqual(['remade', 3])
  })
  it('is found at its newest version whatever the number', async () => {
    const path = `${world.prefix}/tables/counted`
    for (let version = 0; version < 38; version += 1) await world.objects.put(`${path}/_delta_log/${commitName(version)}`, Buffer.from('{}'))
    for (const version of [0, 1, 5, 21, 36, 37]) expect((await inputNow(lookAtTables(world.objects), orders({ path, version }), new Date())).newest).toBe(37)
  })
})

describe('what a cell read', () => {
  it('is kept with its run, told to members and to nobody else', async () => {
    const { runId } = await addRun({ tables: [orders({ version: 2 })], untracked: ['chance'] })
    const { runId: silent } = await addRun()
    const found = await ask(world.owner.actor, runId, silent)
    expect(found.ok && found.value.find((one) => one.runId === runId)).toEqual({ runId, cellId: 'c1', inputs: { untracked: ['chance'], cells: [], tables: [{ ...orders({ version: 2 }), state: 'moved', newest: 3 }] } })
    expect(found.ok && found.value.find((one) => one.runId === silent)).toEqual({ runId: silent, cellId: 'c1', inputs: null })
    expect(await readRun(world.deps, world.owner.actor, runId)).toMatchObject({ ok: true, value: { isExact: false, inputs: [{ cellId: 'c1', tables: [{ name: 'sales.orders', version: 2 }], untracked: ['chance'] }] } })
    expect(await ask(world.stranger.actor, runId)).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('names the earlier cells with the text that ran then, and none of another notebook', async () => {
    const { runId: earlier } = await addRun()
    const cells = [{ cellId: 'c1', runId: earlier }, { cellId: 'c1', runId: randomUUID() }]
    const { runId } = await addRun({ tables: [], untracked: [], cells })
    expect(await ask(world.owner.actor, runId)).toMatchObject({ ok: true, value: [{ inputs: { cells: [{ cellId: 'c1', runId: earlier, digest: 'x' }] } }] })
    const other = await createNotebook(world.deps, world.owner.actor, { workspaceId: world.owner.slug, title: 'Other', folder: '', requestId: 'r' })
    if (!other.ok) throw new Error(other.message)
    await world.db.update(runs).set({ notebookId: other.value.id }).where(eq(runs.id, earlier))
    expect(await ask(world.owner.actor, runId)).toMatchObject({ ok: true, value: [{ inputs: { cells: [] } }] })
    const { runId: nonsense } = await addRun({ tables: [], untracked: [], cells: [{ cellId: '../c1', runId: 'x' }] })
    expect(await ask(world.owner.actor, nonsense)).toMatchObject({ ok: true, value: [{ inputs: { cells: [], untracked: ['unknown'] } }] })
  })

  it('of many cells is one look at each table, whenever they read it', async () => {
    const ids: RunId[] = []
    for (let n = 0; n < 5; n += 1) ids.push((await addRun({ tables: [orders()], untracked: [] })).runId)
    const asked: string[] = []
    const objects: typeof world.objects = { ...world.objects, stat: (key) => (asked.push(key), world.objects.stat(key)) }
    const found = await readProvenance({ ...world.deps, objects }, world.owner.actor, { notebookId, cells: ids.map((runId) => ({ runId, cellId: 'c1' })) })
    expect(found.ok && found.value.map(({ inputs }) => inputs?.tables[0]?.state)).toEqual(Array(5).fill('same'))
    expect(asked.length).toBe(new Set(asked).size)
  })

  it('of a folder that the store’s keys cannot name is kept as elsewhere, and hides nothing of the others', async () => {
    for (const path of [`${world.prefix}/files/R&D`, `${world.prefix}/files/it's`, `${world.prefix}/files/${'漢'.repeat(400)}`]) {
      const { runId } = await addRun({ tables: [orders({ name: null, path }), orders()], untracked: [] })
      await end(runId)
      const found = await ask(world.owner.actor, runId)
      expect(found).toMatchObject({ ok: true, value: [{ inputs: { tables: [{ name: 'sales.orders', state: 'same' }], untracked: ['elsewhere'] } }] })
      expect(await repeatRun(world.deps, world.owner.actor, { runId, requestId: null })).toMatchObject({ ok: true })
      await world.db.update(cellInputs).set({ inputs: { tables: [orders({ name: null, path })], untracked: [] } }).where(eq(cellInputs.runId, runId))
      expect(await ask(world.owner.actor, runId)).toMatchObject({ ok: true, value: [{ inputs: { tables: [], untracked: ['elsewhere'] } }] })
    }
  })

  it('holds nothing of another workspace, however the kernel tells it', async () => {
    const other = `ws/${randomUUID()}/tables/secret`
    for (const path of [other, `${world.prefix}/tables/../../secret`, `${world.prefix}/results/x`, 'x']) {
      const { runId } = await addRun({ tables: [orders({ path }), orders({ name: 'samples.flights', path: 'samples/flights', version: 0 })], untracked: [] })
      expect(await readRun(world.deps, world.owner.actor, runId)).toMatchObject({ ok: true, value: { inputs: [{ tables: [{ path: 'samples/flights' }], untracked: ['elsewhere'] }] } })
    }
  })

  it('is not known where the tale does not fit, and not written by an attempt that is over', async () => {
    const { runId, token } = await addRun({ tables: 'all', untracked: [] })
    expect(await readRun(world.deps, world.owner.actor, runId)).toMatchObject({ ok: true, value: { inputs: [{ tables: [], untracked: ['unknown'] }] } })
    expect(await recordInputs(world.deps, { runId, token: randomUUID(), cellId: 'c1' as CellId, told: { tables: [orders()], untracked: [] } })).toBe(false)
    expect(await recordInputs(world.deps, { runId, token, cellId: 'c1' as CellId, told: { tables: [orders()], untracked: [] } })).toBe(true)
    expect(await readRun(world.deps, world.owner.actor, runId)).toMatchObject({ ok: true, value: { inputs: [{ untracked: [] }] } })
  })
})

describe('an exact re-run', () => {
  const repeat = (runId: RunId) => repeatRun(world.deps, world.owner.actor, { runId, requestId: null })
  it('is a run in a kernel of its own, pinned to what was read', async () => {
    const { runId } = await addRun({ tables: [orders({ version: 2 }), orders({ version: 1, isFixed: true })], untracked: [] })
    expect(await repeat(runId)).toMatchObject({ ok: false, reason: 'run-open' })
    await end(runId)
    const made = await repeat(runId)
    if (!made.ok) throw new Error(made.message)
    expect(made.value).toMatchObject({ rerunOf: runId, hasFreshKernel: true, cells: [{ source: 'select 1' }] })
    const [row] = await world.db.select().from(runPins).where(eq(runPins.runId, made.value.id))
    expect(row?.pins).toEqual({ c1: [{ name: 'sales.orders', path: orders().path, version: 2 }] })
    expect(await readRun(world.deps, world.owner.actor, made.value.id)).toMatchObject({ ok: true, value: { isExact: true } })
    expect(await readVerdict(world.deps, world.owner.actor, made.value.id, never)).toMatchObject({ ok: true, value: { state: 'waiting', firstRunId: runId } })
    expect(await readVerdict(world.deps, world.owner.actor, runId, never)).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('goes on a table that was put back since', async () => {
    const { path, readAt } = await putBack('back-for-repeat')
    const { runId } = await addRun({ tables: [orders({ path })], untracked: [] })
    await world.db.update(runs).set({ state: 'succeeded', finishedAt: readAt }).where(eq(runs.id, runId))
    expect(await repeat(runId)).toMatchObject({ ok: true, value: { rerunOf: runId } })
  })

  it('is refused by a sentence where a version is gone, cut off, or another table’s', async () => {
    const refused = async (table: InputTable) => {
      const { runId } = await addRun({ tables: [table], untracked: [] })
      await end(runId)
      const answer = await repeat(runId)
      return answer.ok ? 'accepted' : `${answer.reason}: ${answer.message}`
    }
    expect(await refused(orders({ path: `${world.prefix}/tables/nothing` }))).toMatch(/^version-missing: sales.orders is gone/)
    expect(await refused(orders({ version: 9 }))).toMatch(/^table-remade: Another table has the place/)
    expect(await refused(orders({ name: 'long', path: `${world.prefix}/tables/long`, version: 1 }))).toMatch(/^version-missing: long: Version 1 can no longer be read: its log was cleaned up/)
  })
})

describe('the verdict', () => {
  const COLUMNS = [{ name: 'n', type: 'bigint' }, { name: 'text', type: 'string' }, { name: 'sum', type: 'double' }, { name: 'nested', type: 'struct<a:bigint,b:array<string>>' }]
  /** A table of the store may stand for one result only, so each pair has copies of its own. */
  async function addResult(runId: RunId, table: string, columns = COLUMNS, truncated = false): Promise<void> {
    const path = `${world.prefix}/results/${randomUUID()}`
    await world.objects.copyAll(`${world.prefix}/results/${table}/`, `${path}/`)
    await world.db.insert(results).values({ workspaceId: world.workspaceId, notebookId, runId, cellId: 'c1' as CellId, path, version: 0, columns, rows: 4, truncated })
  }
  async function repeated(before: string[], after: string[], columns = COLUMNS, cut = { before: false, after: false }): Promise<RunId> {
    const inputs = { tables: [orders()], untracked: [] }
    const { runId: first } = await addRun(inputs)
    const { runId: second } = await addRun(inputs, { rerunOf: first })
    await world.db.insert(runPins).values({ runId: second, pins: {} })
    for (const table of before) await addResult(first, table, COLUMNS, cut.before)
    for (const table of after) await addResult(second, table, columns, cut.after)
    await Promise.all([end(first), end(second)])
    return second
  }
  async function verdictOf(before: string[], after: string[], columns = COLUMNS, cut = { before: false, after: false }) {
    const found = await readVerdict(world.deps, world.owner.actor, await repeated(before, after, columns, cut), never)
    if (!found.ok) throw new Error(found.message)
    return found.value
  }

  it('is identical whatever the order of the rows, and says of floats that only their last digits differ', async () => {
    expect(await verdictOf(['first'], ['shuffled'])).toMatchObject({ state: 'identical', reasons: [], tables: [{ verdict: { state: 'identical', rounded: 0, rows: 4, isCut: false } }] })
    expect(await verdictOf(['first'], ['nearly'])).toMatchObject({ state: 'identical', tables: [{ verdict: { state: 'identical', rounded: 1 } }] })
  })

  it('counts the rows that differ, each as often as it is there', async () => {
    expect(await verdictOf(['first'], ['other'])).toMatchObject({ state: 'differs', tables: [{ verdict: { state: 'differs', onlyBefore: 2, onlyAfter: 2, isCut: false } }] })
  })

  it('of tables that were cut speaks for their first rows only', async () => {
    const cut = (before: boolean, after: boolean, table: string) => verdictOf(['first'], [table], COLUMNS, { before, after })
    const same = await cut(true, true, 'shuffled')
    expect(same).toMatchObject({ state: 'identical', tables: [{ verdict: { state: 'identical', rows: 4, isCut: true } }] })
    expect(describeVerdict(same)).toBe('The first 4 rows are identical; more were not compared.')
    expect(await cut(true, true, 'other')).toMatchObject({ state: 'differs', tables: [{ verdict: { state: 'differs', isCut: true } }] })
    for (const [before, after] of [[true, false], [false, true]] as const) expect(await cut(before, after, 'shuffled')).toMatchObject({ state: 'not-compared', tables: [{ verdict: { state: 'not-compared' } }] })
  })

  it('tells a missing table and other columns from other rows', async () => {
    expect(await verdictOf(['first', 'first'], ['first'])).toMatchObject({ state: 'differs', tables: [{ verdict: { state: 'identical' } }, { nth: 1, verdict: { state: 'missing' } }] })
    expect(await verdictOf(['first'], ['first'], COLUMNS.slice(1))).toMatchObject({ state: 'differs', tables: [{ verdict: { state: 'columns-differ' } }] })
    expect(await verdictOf([], [])).toMatchObject({ state: 'nothing', tables: [] })
  })

  it('compares two tables once, however often the page is opened, and stops when nobody waits', async () => {
    const second = await repeated(['first', 'first'], ['shuffled', 'other'])
    const gone = new AbortController()
    let asked = 0
    const reader: typeof world.deps.reader = { ...world.deps.reader, sameRows: (before, after, signal) => (asked += 1, gone.abort(), world.deps.reader.sameRows(before, after, signal)) }
    const open = (signal: AbortSignal) => readVerdict({ ...world.deps, reader }, world.owner.actor, second, signal)
    expect(await open(gone.signal)).toMatchObject({ ok: false, reason: 'cancelled' })
    expect(asked).toBe(1)
    for (const _ of [1, 2, 3]) expect(await open(never)).toMatchObject({ ok: true, value: { state: 'differs', tables: [{ verdict: { state: 'identical' } }, { verdict: { state: 'differs' } }] } })
    expect(asked).toBe(3)
  })
})
