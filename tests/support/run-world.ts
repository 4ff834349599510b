/**
 * A world for tests of runs: a database, a workspace with people and notebooks, and real worker processes with real
 * kernels. Spark is given as an address where nobody answers unless a test says otherwise, so that none is started.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cell } from '#lib/domain/cell.ts'
import type { FeedRow, Output } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, RunId } from '#lib/domain/ids.ts'
import { isEnd, type CellScope, type Run } from '#lib/domain/run.ts'
import type { Member } from '#server/auth/actor.ts'
import { createFeed } from '#server/feed/listen.ts'
import { readSnapshot } from '#server/runs/read-outputs.ts'
import { readRun } from '#server/runs/read-run.ts'
import { requestRun, type RequestRunInput } from '#server/runs/request-run.ts'
import type { TestDatabase } from './database.ts'
import { loadBootstrap } from './load-bootstrap.ts'
import { createWorld } from './schedules-world.ts'

const { enterFolder } = (await loadBootstrap('suites/leftovers.mjs')) as { enterFolder: (folder: string) => void }
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const NO_SPARK = 'sc://127.0.0.1:1'
/** Of a worker's log, where a run does not end. */
const WORDS_KEPT = 4000

export interface WorkerProcess {
  process: ChildProcess
  kill: (signal: NodeJS.Signals) => Promise<void>
  log: () => string
}

export async function createRunWorld(env: Record<string, string> = { SPARK_REMOTE: NO_SPARK }, database?: TestDatabase) {
  const world = await createWorld(database)
  const person = await world.addPerson('Ada', 'owner')
  const dataDir = mkdtempSync(join(tmpdir(), 'dhr-'))
  enterFolder(dataDir)
  const feed = await createFeed(world.deps)
  const workers: WorkerProcess[] = []
  const processEnv = { ...process.env, ...env, DATABASE_URL: world.url, DATAHARBOUR_DATA: dataDir, LOG_FORMAT: 'json', LOG_LEVEL: 'debug', AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }

  /** By their data folders: what runs on each ends with the world. */
  const machines = new Map([[dataDir, processEnv]])

  async function startWorker(more: Record<string, string> = {}): Promise<WorkerProcess> {
    const path = join(dataDir, `worker-${workers.length}.log`)
    const env = { ...processEnv, ...more }
    if (!machines.has(env.DATAHARBOUR_DATA)) enterFolder(env.DATAHARBOUR_DATA)
    machines.set(env.DATAHARBOUR_DATA, env)
    const child = spawn(process.execPath, ['workers/start.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    writeFileSync(path, '')
    const file = createWriteStream(path, { flags: 'a' })
    child.stdout.pipe(file, { end: false })
    child.stderr.pipe(file, { end: false })
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const worker: WorkerProcess = {
      process: child,
      kill: (signal) => (child.kill(signal), exited),
      log: () => readFileSync(path, 'utf8'),
    }
    workers.push(worker)
    await until(() => worker.log().includes('worker is ready') || child.exitCode !== null, 20_000)
    if (child.exitCode !== null) throw new Error(`the worker ended: ${worker.log()}`)
    return worker
  }

  const addNotebook = (...sources: (string | Pick<Cell, 'kind' | 'source'>)[]): Promise<NotebookId> => world.addNotebook(person, sources.map((source, index) => (
    { id: `c${index + 1}` as CellId, ...(typeof source === 'string' ? { kind: 'python' as const, source } : source) })))

  async function request(notebookId: NotebookId, scope: CellScope = { kind: 'all' }, actor: Member = person, more: Partial<RequestRunInput> = {}): Promise<Run> {
    const run = await requestRun(world.deps, actor, { notebookId, scope, requestId: 'test', ...more })
    if (!run.ok) throw new Error(`${run.reason}: ${run.message}`)
    return run.value
  }

  async function read(runId: RunId): Promise<Run> {
    const run = await readRun(world.deps, person, runId)
    if (!run.ok) throw new Error(run.message)
    return run.value
  }

  async function ended(runId: RunId, withinMs = 30_000): Promise<Run> {
    let last = 'unread'
    return until(async () => {
      const run = await read(runId)
      last = `${run.state}: ${run.cells.map((cell) => cell.state).join(', ')}`
      return isEnd(run.state) ? run : null
    }, withinMs).catch((cause: unknown) => {
      // The folder of the world goes with it: what the workers said is told here or never.
      throw new Error(`The run did not end within ${withinMs} ms (${last}). ${workers.map((worker) => worker.log().slice(-WORDS_KEPT)).join(' | ')}`, { cause })
    })
  }

  /** Writes a new source into the notebook's first cell and runs it to its end. */
  async function run(notebookId: NotebookId, source: string, withinMs = 30_000): Promise<{ run: Run; outputs: Output[] }> {
    world.texts.set(notebookId, [{ id: 'c1' as CellId, kind: 'python', source }])
    const requested = await request(notebookId)
    const done = await ended(requested.id, withinMs)
    return { run: done, outputs: await outputsOf(done) }
  }

  const outputsOf = async (run: Run, cellId = 'c1'): Promise<Output[]> =>
    (await readSnapshot(world.deps, run.notebookId)).outputs.filter((one) => one.runId === run.id && one.cellId === cellId).map((one) => one.output)

  /** Everything on a notebook's feed, as it comes. */
  function follow(notebookId: NotebookId, after = 0) {
    const rows: FeedRow[] = []
    const stop = feed.subscribe(notebookId, after, (more) => void rows.push(...more))
    return { rows, stop }
  }

  async function close(): Promise<void> {
    await Promise.all(workers.map(({ process: child, kill }) => (child.exitCode === null && child.signalCode === null ? kill('SIGTERM') : undefined)))
    for (const env of machines.values()) {
      const stopAll = spawn(process.execPath, ['workers/stop-all.ts'], { cwd: ROOT, env, stdio: 'ignore' })
      await new Promise((resolve) => stopAll.once('exit', resolve))
    }
    await feed.close()
    await world.drop()
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  return { ...world, person, dataDir, feed, workers, startWorker, addNotebook, request, read, ended, run, outputsOf, follow, close }
}

export type RunWorld = Awaited<ReturnType<typeof createRunWorld>>

/** Waits for something to become true, or for a value. It looks less often the longer it waits: looking costs what is waited for its processor. */
export async function until<T>(look: () => T | Promise<T>, withinMs = 30_000): Promise<NonNullable<T>> {
  const began = Date.now()
  for (;;) {
    const found = await look()
    if (found) return found
    const waitedMs = Date.now() - began
    if (waitedMs > withinMs) throw new Error(`It did not come within ${withinMs} ms: ${look.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, Math.min(100, 10 + waitedMs / 20)))
  }
}

export const textOf = (outputs: readonly Output[], name: 'stdout' | 'stderr' = 'stdout'): string =>
  outputs.map((output) => (output.kind === 'stream' && output.name === name ? output.text : '')).join('')
