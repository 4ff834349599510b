/**
 * The worker: `node workers/main.ts`. Takes runs and chores from the queue, holds kernels, sees to Spark. Kernels and
 * Spark outlive it. On SIGTERM it takes no more, gives what runs some time to end, stops the rest with a word to its
 * readers, and ends within 30 s.
 */
import { join } from 'node:path'
import type { CronItem, TaskList } from 'graphile-worker'
import { askToRest } from '#server/compute/forsaken-kernels.ts'
import { askToStopIdle } from '#server/compute/idle-kernels.ts'
import { notePeak } from '#server/compute/kernel-store.ts'
import { configOrExit, hostName } from '#server/config.ts'
import { createLog, logCrashes } from '#server/log.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { startSweeper } from '#server/runs/start-sweeper.ts'
import { openStore } from '#server/store/client.ts'
import { createComputes } from './compute/computes.ts'
import { createStorageKeys } from './compute/storage-keys.ts'
import { answerQuestions } from './kernels/answer-questions.ts'
import { createDiskWatch } from './disk/watch-disk.ts'
import { createIPythonKernels } from './kernels/ipython-kernels.ts'
import { pythonEnv } from './kernels/kernel-env.ts'
import { createKernelMeters } from './kernels/kernel-meters.ts'
import { createKernelPool } from './kernels/kernel-pool.ts'
import { memoryLimit } from './kernels/memory-limit.ts'
import { createNotebookKernels } from './kernels/notebook-kernels.ts'
import { createNotebookPackages } from './kernels/notebook-packages.ts'
import { prepareKernel } from './kernels/prepare-kernel.ts'
import { startRemovingLogs } from './kernels/remove-logs.ts'
import { socketFolder } from './kernels/socket-folder.ts'
import { endStrayKernels } from './kernels/stray-kernels.ts'
import { createLiveness } from './liveness.ts'
import { openQueue } from './queue.ts'
import { createRunControl } from './runs/run-control.ts'
import { backgroundTasks, choreTasks, cronItems, importTasks, runTasks, tidyTasks } from './tasks/index.ts'
import { startUpkeep } from './upkeep.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** Three quarters of them, and of those below, are the most that one workspace may take. */
const RUNS_AT_ONCE = 20
/** Of schedules and workflows, each with a kernel of its own. */
const BACKGROUND_AT_ONCE = 8
const CHORES_AT_ONCE = 4
const TIDY_AT_ONCE = 2
/** Each a process that reads a file of up to 5 GB. */
const IMPORTS_AT_ONCE = 2
/** What runs may take to end by themselves, then to be stopped, after SIGTERM. */
const WAIT_MS = 18_000
const STOP_WITHIN_MS = 28_000

const config = configOrExit()
const log = createLog(config, 'worker')
logCrashes(log)

const store = openStore(config.databaseUrl, { name: 'worker' })
await store.sql`select 1`.catch((error: unknown) => exitWith(`The worker cannot start: ${String(error)}`))
const core = { config, log, sql: store.sql, db: store.db, now: () => new Date(), objects: createMinioObjects(config.s3) }
const leaving = new AbortController()
const registered = Promise.withResolvers<string>()

const keys = createStorageKeys(core)
const computes = createComputes({ ...core, keys })
const sockets = socketFolder(config.dataDir)
const memoryBytes = memoryLimit(config.kernels.memoryBytes)
const meters = createKernelMeters({ limitBytes: memoryBytes, limitProcesses: config.kernels.processes, onPeak: (id, bytes) => void notePeak(store.db, id, bytes).catch((error: unknown) => log.warn({ err: error }, 'a kernel’s peak could not be written')) })
const start = { python: config.python, socketFolder: sockets, logFolder: join(config.dataDir, 'logs', 'kernels'), explainEnd: meters.explainEnd }
const ordinary = createIPythonKernels({ ...start, extensions: ['dataharbour.kernel'] })
const poolHome = join(config.dataDir, 'run', 'pool')
// Where forking a process with libraries is not safe, every kernel has a start of its own.
const pool = config.kernels.pool === 0 || process.platform !== 'linux' ? null : createKernelPool({ ...start, log, size: config.kernels.pool, folder: poolHome, env: pythonEnv(config, poolHome) }, ordinary)
const packages = createNotebookPackages(core)
const disk = createDiskWatch({ ...core, dataDir: config.dataDir, limitBytes: config.kernels.diskBytes })
const watch: typeof meters.watch = (id, kernel) => (meters.watch(id, kernel), disk.watch(id, kernel))
const liveness = createLiveness({ databaseUrl: config.databaseUrl, log, onLost: (why) => exitWith(`The worker ends: ${why}.`) })
const deps: WorkerDeps = {
  ...core, computes, packages,
  notebookKernels: createNotebookKernels({ ...core, kernels: pool ?? ordinary, workerId: () => registered.promise, confirmed: liveness.confirmed, meters: { ...meters, watch }, memoryBytes, prepare: prepareKernel({ ...core, keys, computes, packages }) }),
  control: await createRunControl(core),
  readNotebook: async (id) => (await readNotebookFromStore(store.sql, id)) ?? { title: '', cells: [] },
  workerId: () => registered.promise,
  confirmed: liveness.confirmed,
  leaving: leaving.signal,
}

let isStopping = false
const openPool = (concurrency: number, taskList: TaskList, { cron = [] as CronItem[], isFirst = false } = {}) =>
  openQueue({ databaseUrl: config.databaseUrl, sql: store.sql, log, concurrency, taskList, cronItems: cron, isFirst, onEnd: () => void stop('queue ended') })
const chores = await openPool(CHORES_AT_ONCE, choreTasks(deps), { cron: cronItems })
const runs = await openPool(RUNS_AT_ONCE, runTasks(deps), { isFirst: true })
const background = await openPool(BACKGROUND_AT_ONCE, backgroundTasks(deps))
const imports = await openPool(IMPORTS_AT_ONCE, importTasks({ ...core, keys, tellTables: computes.tellTables, leaving: leaving.signal }))
const tidy = await openPool(TIDY_AT_ONCE, tidyTasks(deps))
const pools = [runs, background, chores, imports, tidy]
for (const { poolId } of pools) await liveness.register(poolId)
registered.resolve(runs.poolId)
const stopAnswering = await answerQuestions({ ...core, reach: deps.notebookKernels.reach, meterOf: deps.notebookKernels.meterOf })
const stopSweeper = startSweeper(core)
const stopIdleKernels = async () => void (config.kernels.idleMs > 0 && (await askToStopIdle(core, hostName(), config.kernels.idleMs)))
const stopUpkeep = startUpkeep({ ...core, keys, computes, endStrayKernels: () => endStrayKernels({ ...core, socketFolder: sockets }), restForsakenKernels: () => askToRest(core, hostName()), stopIdleKernels })
const stopRemovingLogs = startRemovingLogs({ ...core, logFolder: start.logFolder })
void computes.adopt().catch((error: unknown) => log.error({ err: error }, 'what ran before could not be taken over'))
log.info({ poolId: runs.poolId, pid: process.pid }, 'worker is ready')

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))

async function stop(why: string): Promise<void> {
  if (isStopping) return
  isStopping = true
  log.info({ why }, 'worker is stopping')
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  setTimeout(() => leaving.abort(), WAIT_MS).unref()
  await Promise.allSettled(pools.map(({ runner }) => runner.stop()))
  // A queue that ends by itself cannot be asked to; its runs are still waited for.
  await Promise.allSettled(pools.map(({ runner }) => runner.promise))
  await Promise.allSettled([stopSweeper(), stopUpkeep(), stopRemovingLogs(), stopAnswering(), disk.close(), deps.control.close()])
  deps.notebookKernels.detachAll()
  pool?.close()
  computes.detach()
  await liveness.close()
  await store.close()
  // graphile-worker has set a code when it was the one who stopped.
  process.exit()
}

function exitWith(sentence: string): never {
  log.fatal(sentence)
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
