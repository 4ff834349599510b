/** Runs on the embedded Spark: started by the worker beside the kernel, shared by Python and SQL cells, its tables in the object store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { computes } from '#server/store/schema/compute.ts'
import { results } from '#server/store/schema/runs.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld({ SPARK_MEMORY: '1g' })
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 90_000)

const compute = async () => (await world.db.select().from(computes).where(eq(computes.workspaceId, world.workspaceId)))[0]!

describe('a run on Spark', () => {
  it('starts Spark behind the first run, which does not wait for it', async () => {
    const { run } = await world.run(await world.addNotebook(), 'print("no spark needed")')
    expect(run.state).toBe('succeeded')
    await until(async () => ['starting', 'running'].includes((await compute()).state), 30_000)
    await until(async () => (await compute()).state === 'running', 120_000)
  }, 180_000)

  it('keeps a table that a cell shows as a Delta table, and records it', async () => {
    const notebook = await world.addNotebook('spark.range(5).createOrReplaceTempView("five")', { kind: 'sql', source: 'select id, id * id as square from five order by id' })
    const done = await world.ended((await world.request(notebook)).id, 120_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    const [result] = (await world.outputsOf(done, 'c2')).filter((output) => output.kind === 'result')
    expect(result).toMatchObject({ rows: 5, truncated: false, columns: [{ name: 'id' }, { name: 'square' }] })
    const [row] = await world.db.select().from(results).where(eq(results.cellId, 'c2' as CellId))
    expect(row?.path).toBe(`ws/${world.workspaceId}/results/${done.id}/c2/0`)
  }, 180_000)

  it('S23: binds hostile parameters in SQL, from the request to the stored table', async () => {
    const hostile = "x'; drop view five; -- \" ` \\ :top".padEnd(10_240, '\u00fc')
    const input = (name: string, type: 'text' | 'number', value: string | number) => ({ id: `in-${name}` as CellId, kind: 'input' as const, source: writeInput(newInput(type, name)), value })
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [
      input('given', 'text', hostile), input('top', 'number', 2), { id: 'c1' as CellId, kind: 'python', source: 'spark.range(5).createOrReplaceTempView("five")' },
      { id: 'c2' as CellId, kind: 'sql', source: "select :given as given, ':given' as quoted, id from five where id < :top order by id" },
      { id: 'c3' as CellId, kind: 'python', source: 'print(_sqldf.count(), {row.given for row in _sqldf.collect()} == {given}, spark.table("five").count())' },
    ])
    const done = await world.ended((await world.request(notebook)).id, 120_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    expect(done.parameters).toEqual({ given: hostile, top: 2 })
    expect(textOf(await world.outputsOf(done, 'c3'))).toBe('2 True 5\n')
    const [result] = (await world.outputsOf(done, 'c2')).filter((output) => output.kind === 'result')
    expect(result).toMatchObject({ rows: 2, columns: [{ name: 'given' }, { name: 'quoted' }, { name: 'id' }] })
  }, 180_000)

  it('stops a Spark query within 8 s, and the session goes on', async () => {
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'print("begun", flush=True)\nspark.range(10**13).selectExpr("sum(id % 7)").collect()' }])
    const run = await world.request(notebook)
    await until(async () => (await world.outputsOf(await world.read(run.id))).some((output) => output.kind === 'progress'), 60_000)
    const { cancelRun } = await import('#server/runs/cancel-run.ts')
    const startedAt = Date.now()
    await cancelRun(world.deps, world.person, { runId: run.id })
    expect((await world.ended(run.id)).state).toBe('cancelled')
    expect(Date.now() - startedAt).toBeLessThan(8000)
    expect(textOf((await world.run(notebook, 'print(spark.range(3).count())', 60_000)).outputs)).toBe('3\n')
  }, 120_000)

  it('F7: says that Spark died, and the next run works again without being asked', async () => {
    const { pid } = await compute()
    process.kill(pid!, 'SIGKILL')
    await until(async () => (await compute()).state === 'failed', 5000)
    expect((await compute()).reason).toContain('Spark stopped unexpectedly')
    const { outputs, run } = await world.run(await world.addNotebook(), 'print(spark.range(4).count())', 120_000)
    expect(run.reason).toBeNull()
    expect(textOf(outputs)).toBe('4\n')
    expect((await compute()).pid).not.toBe(pid)
  }, 180_000)
})
