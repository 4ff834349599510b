/** The same notebooks on a cluster: a standalone master, two workers, executors that die; nothing in a notebook knows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { WELCOME } from '#server/store/welcome-notebook.ts'
import { isListening } from '../../../workers/compute/spark-address.ts'
import { createStorageKeys } from '../../../workers/compute/storage-keys.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'
import { freePort, loadSamples, newToken, startCluster, type SparkCluster } from '../../support/spark-cluster.ts'

let world: RunWorld
let cluster: SparkCluster
beforeAll(async () => {
  const [connectPort, token] = [await freePort(), newToken()]
  world = await createRunWorld({ SPARK_REMOTE: `sc://localhost:${connectPort}/;token=${token}` })
  loadSamples()
  const config = { ...loadConfig({ ...process.env, DATABASE_URL: world.url, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }), dataDir: world.dataDir }
  const keysFile = await createStorageKeys({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), now: () => new Date() }).ensure(world.workspaceId)
  cluster = await startCluster({ connectPort, token, workspaceId: world.workspaceId, keysFile })
  await until(() => isListening(`sc://127.0.0.1:${connectPort}`), 120_000)
  await world.startWorker()
}, 180_000)
afterAll(async () => {
  await world.close()
  cluster.stop()
}, 90_000)

/** Work that only executors do: each of forty parts takes one of them some tenths of a second, and each number counts once. */
const LONG = 'row = spark.range(0, 40, 1, 40).selectExpr("explode(sequence(1, 200000)) as n").selectExpr("count(*) as rows", "sum(length(sha2(string(n), 256))) as letters").first()\nprint(row.rows, row.letters)'

describe('a notebook on a cluster', () => {
  it('runs as it is and as the first thing: the Welcome notebook, with its tables, chart and picture', async () => {
    const notebook = await world.addNotebook(...WELCOME.cells)
    const done = await world.ended((await world.request(notebook)).id, 300_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    const kinds = async (cell: string) => (await world.outputsOf(done, `welcome-${cell}`)).map((output) => output.kind)
    expect(await kinds('ask')).toContain('result')
    expect(await kinds('months')).toContain('result')
    expect((await world.outputsOf(done, 'welcome-ask')).find((output) => output.kind === 'result')).toMatchObject({ rows: 43, truncated: false })
    expect(cluster.executors()).toHaveLength(2)
  }, 560_000)

  it('finishes a query with the right answer when an executor is killed in the middle, and then a whole worker', async () => {
    const notebook = await world.addNotebook()
    for (const victim of [() => process.kill(cluster.executors()[0]!, 'SIGKILL'), () => killWorker()]) {
      world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: LONG }])
      const run = await world.request(notebook)
      await until(async () => (await world.outputsOf(await world.read(run.id))).some((output) => output.kind === 'progress' && output.stages.some((stage) => stage.done > 2)), 90_000)
      victim()
      const done = await world.ended(run.id, 150_000)
      expect(done.state, done.reason ?? '').toBe('succeeded')
      expect(textOf(await world.outputsOf(done))).toBe('8000000 512000000\n')
    }
    const { run, outputs } = await world.run(notebook, 'spark.range(9).write.mode("overwrite").saveAsTable("nine")\nprint(spark.table("nine").count())', 120_000)
    expect(run.reason).toBeNull()
    expect(textOf(outputs)).toBe('9\n')
  }, 420_000)
})

/** With all that it started: an executor without its worker would live on. */
function killWorker(): void {
  const [worker] = cluster.workers
  process.kill(-worker!.pid!, 'SIGKILL')
}
