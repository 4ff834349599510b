/** The object store dies by kill -9 under cells on Spark: each says so in a sentence, soon; nothing is lost, and the same kernel goes on when it is back. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { computes } from '#server/store/schema/compute.ts'
import { results } from '#server/store/schema/runs.ts'
import { startOwnMinio, type OwnMinio } from '../../support/own-minio.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

const SAID_WITHIN_MS = 30_000
const AWAY = 'StoreUnavailable: The object store does not answer, so tables cannot be read or written. Run the cell again when it is back.'
const NOT_STORED = 'ResultNotStored: The table could not be stored: the object store does not answer.'
const READ = { kind: 'sql', source: 'select count(*) as n from kept' } as const
const ACTION = { kind: 'python', source: 'print(spark.table("kept").count())' } as const
const SHOW = { kind: 'python', source: 'spark.range(30)' } as const

let store: OwnMinio
let world: RunWorld
let notebook: NotebookId
beforeAll(async () => {
  store = await startOwnMinio()
  world = await createRunWorld({ ...store.env, SPARK_MEMORY: '1g' })
  await world.startWorker()
  notebook = await world.addNotebook()
  const made = await world.run(notebook, 'spark.range(1000).write.saveAsTable("kept")\nmark = spark.session_id\nspark.range(7).createOrReplaceTempView("seven")', 240_000)
  expect(made.run.reason).toBeNull()
}, 300_000)
afterAll(async () => {
  await world.close()
  await store.drop()
}, 90_000)

async function runCell(cell: Pick<Cell, 'kind' | 'source'>, more: Parameters<RunWorld['request']>[3] = {}) {
  world.texts.set(notebook, [{ id: 'c1' as CellId, ...cell }])
  const begun = performance.now()
  const run = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, more)).id, 240_000)
  return { run, outputs: await world.outputsOf(run), ms: performance.now() - begun }
}

const resultOf = ({ outputs }: Awaited<ReturnType<typeof runCell>>) => outputs.find((output) => output.kind === 'result')

describe('while the object store is away', () => {
  let earlier: typeof results.$inferSelect
  const pageOfEarlier = async () => {
    const config = loadConfig({ ...process.env, ...store.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
    // What a reader has read it may still hold: this one has read nothing.
    const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects: createMinioObjects(config.s3) })
    return reader.page({ path: earlier.path, version: earlier.version, columns: earlier.columns }, { offset: 0, limit: 1, sort: [], filter: [] }).finally(() => reader.close())
  }

  beforeAll(async () => {
    const shown = resultOf(await runCell(READ))
    if (shown?.kind !== 'result') throw new Error('The table was not shown.')
    earlier = (await world.db.select().from(results).where(eq(results.id, shown.resultId)))[0]!
    store.kill()
  }, 120_000)

  it.each([
    ['a SQL cell that reads a table', READ, AWAY, true],
    ['an action of PySpark', ACTION, AWAY, true],
    ['a frame that is shown', SHOW, NOT_STORED, false],
  ] as const)('%s says so soon, with the JVM’s trace apart', async (_what, cell, sentence, hasTrace) => {
    const { run, outputs, ms } = await runCell(cell)
    expect(run).toMatchObject({ state: 'failed', reason: expect.stringContaining(sentence) as string })
    expect(ms).toBeLessThan(SAID_WITHIN_MS)
    const error = outputs.find((output) => output.kind === 'error')
    expect(error?.kind === 'error' && error.message).not.toMatch(/s3a|\tat |Exception/)
    if (hasTrace) expect(error).toMatchObject({ jvmTrace: expect.stringContaining('\tat org.apache.hadoop.fs.s3a') as string })
  }, 150_000)

  it('a frame of which all rows are to be written is not begun', async () => {
    const { run, ms } = await runCell(SHOW, { rowLimit: null })
    expect(run).toMatchObject({ state: 'failed', reason: expect.stringContaining(NOT_STORED) as string })
    expect(ms).toBeLessThan(SAID_WITHIN_MS)
  }, 150_000)

  it('cells that need no store work, and an earlier result says why it is not shown', async () => {
    expect(textOf((await runCell({ kind: 'python', source: 'print(spark.table("seven").count(), mark == spark.session_id)' })).outputs)).toBe('7 True\n')
    expect(await pageOfEarlier()).toMatchObject({ ok: false, reason: 'storage-unavailable' })
  }, 150_000)

  it('the same cells work in the same kernel and session when it is back', async () => {
    await store.start()
    expect(resultOf(await runCell(READ))).toMatchObject({ rows: 1 })
    expect(textOf((await runCell(ACTION)).outputs)).toBe('1000\n')
    expect(resultOf(await runCell(SHOW))).toMatchObject({ rows: 30 })
    expect(resultOf(await runCell(SHOW, { rowLimit: null }))).toMatchObject({ rows: 30 })
    expect(textOf((await runCell({ kind: 'python', source: 'print(spark.table("seven").count(), mark == spark.session_id)' })).outputs)).toBe('7 True\n')
    expect(await pageOfEarlier()).toMatchObject({ ok: true, value: { total: 1 } })
  }, 150_000)
})

it('a Spark that started without the store is told its tables when it is back, and cells say so until then', async () => {
  const [spark] = await world.db.select().from(computes).where(eq(computes.workspaceId, world.workspaceId))
  const folder = join(world.dataDir, 'compute', spark!.id)
  store.kill()
  process.kill(spark!.pid!, 'SIGKILL')
  await until(async () => (await world.db.select().from(computes).where(eq(computes.id, spark!.id)))[0]!.state === 'failed')
  // As on a machine where this compute has never run.
  for (const kept of ['catalog', 'tables-are-known']) rmSync(join(folder, kept), { recursive: true, force: true })
  const { run } = await runCell(READ)
  // A catalog that is new asks the store itself; one that got as far knows no table yet.
  expect(run.reason).toMatch(/^StoreUnavailable: The object store (does not answer, so tables cannot be read|did not answer when Spark started, so not all of its tables are known yet)/)
  await store.start()
  await until(() => !existsSync(join(folder, 'tables-are-owed')), 120_000)
  expect(resultOf(await runCell(READ))).toMatchObject({ rows: 1 })
}, 400_000)
