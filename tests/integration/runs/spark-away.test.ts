/** A Spark that was given and does not answer: cells are told soon and in a sentence, and work again in the same kernel when it is back. */
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq, isNull } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { computes, kernels } from '#server/store/schema/compute.ts'
import { createStorageKeys } from '#workers/compute/storage-keys.ts'
import { reserveGivenSpark, type GivenSpark } from '../../support/given-spark.ts'
import { loadSamples } from '../../support/spark-cluster.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

/** The promise. */
const TOLD_WITHIN_MS = 15_000
const USE = 'print(spark.range(3).count())'

async function toldBy(world: RunWorld, notebook: NotebookId, source = USE): Promise<string> {
  const begun = performance.now()
  const { run } = await world.run(notebook, source, 60_000)
  expect(performance.now() - begun).toBeLessThan(TOLD_WITHIN_MS)
  expect(run.state).toBe('failed')
  return run.reason ?? ''
}
const SENTENCE = /^SparkUnavailable: The given Spark does not answer: /

describe('a given Spark that was never there', () => {
  let world: RunWorld
  let hole: Server
  afterAll(async () => {
    await world.close()
    hole.close()
  }, 60_000)

  it('is told apart from one that is slow, though it takes every connection: Python, SQL, and who asks for a session', async () => {
    hole = createServer((socket) => void socket.on('error', () => {}))
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
    world = await createRunWorld({ SPARK_REMOTE: `sc://localhost:${(hole.address() as AddressInfo).port}/;token=not-to-be-told` })
    await world.startWorker()
    const notebook = await world.addNotebook()
    for (const source of [USE, 'from pyspark.sql.functions import udf\nprint(spark.range(3).count())', 'from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate().range(3).count()', '%%sql\nselect 1']) {
      const told = await toldBy(world, notebook, source)
      expect(told, source).toMatch(SENTENCE)
      expect(told).not.toContain('not-to-be-told')
    }
    await until(async () => (await world.db.select().from(computes).where(and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, true))))[0]?.state === 'failed', 15_000)
    expect(textOf((await world.run(notebook, 'print("Python works")')).outputs)).toBe('Python works\n')
  }, 120_000)
})

describe('a given Spark that goes and comes back', () => {
  let world: RunWorld
  let spark: GivenSpark
  let notebook: NotebookId
  let keysFile: string
  beforeAll(async () => {
    loadSamples()
    spark = await reserveGivenSpark()
    world = await createRunWorld({ SPARK_REMOTE: spark.url })
    const config = { ...loadConfig({ ...process.env, DATABASE_URL: world.url, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), dataDir: world.dataDir }
    keysFile = await createStorageKeys({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), now: () => new Date() }).ensure(world.workspaceId)
    await world.startWorker()
    notebook = await world.addNotebook()
  }, 60_000)
  afterAll(async () => {
    await world.close()
    await spark.drop()
  }, 60_000)

  const compute = async () => (await world.db.select().from(computes).where(and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, true))))[0]!
  const kernelIds = async () => (await world.db.select().from(kernels).where(and(eq(kernels.notebookId, notebook), isNull(kernels.endedAt)))).map(({ id }) => id)
  const expectAway = async () => {
    const told = await toldBy(world, notebook)
    expect(told).toMatch(SENTENCE)
    expect(told).not.toContain(spark.token)
    expect(JSON.stringify(await compute())).not.toContain(spark.token)
  }
  /** A Spark that is coming up may be asked too early: a person presses Run again, and each press is a new try. */
  const expectBack = async () => {
    const answered = await until(async () => {
      const { run, outputs } = await world.run(notebook, 'kept = globals().get("kept", 40) + 1\nprint(spark.range(3).count(), spark.sql("show tables in samples").count())', 120_000)
      return run.state === 'succeeded' ? textOf(outputs) : null
    }, 150_000)
    expect(answered).toBe('3 3\n')
    expect(await compute()).toMatchObject({ state: 'running', reason: null })
  }

  it('says so before it is there, when it is frozen, and when it was killed; the next run finds it again, in the same kernel', async () => {
    await expectAway()
    const living = await kernelIds()
    spark.start({ workspaceId: world.workspaceId, keysFile })
    await expectBack()
    spark.freeze()
    await expectAway()
    spark.thaw()
    await expectBack()
    await spark.kill()
    await expectAway()
    spark.start({ workspaceId: world.workspaceId, keysFile })
    await expectBack()
    expect(await kernelIds()).toEqual(living)
    expect(Number(textOf((await world.run(notebook, 'print(kept)')).outputs))).toBeGreaterThan(42)
  }, 400_000)
})
