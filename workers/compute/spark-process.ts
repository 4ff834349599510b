/**
 * An embedded Spark as a process (spark/README.md, "For the worker"): started in a session of its
 * own, and told the workspace's tables as soon as it answers. It outlives the worker.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { pagesKey } from '#server/compute/pages-key.ts'
import type { Config } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import { pythonEnv } from '../kernels/kernel-env.ts'
import type { ProcessIdentity } from '../processes/identity.ts'
import { spawnDetached } from '../processes/spawn-detached.ts'
import { computeRunFolder, secretUrl, type SparkAddress } from './spark-address.ts'
import { pidPathOf } from './spark-remains.ts'

export interface SparkPlace {
  computeId: ComputeId
  workspaceId: WorkspaceId
  address: SparkAddress
  keysFile: string
  /** As the JVM is told, such as `1500m`. */
  memory: string
  cores: number
  /** Spark's own pages, on this machine only. */
  uiPort: number
}

/** Longer than register_tables waits for Spark to listen: one that takes the call and never answers holds it for ever. */
const READY_WITHIN_MS = 120_000
const LOG_KEPT_BYTES = 20_000_000
/** Of register_tables.py: the store was away. */
const STORE_AWAY = 5
const TELL_AGAIN_MS = 5_000

export const logPathOf = (config: Config, computeId: ComputeId): string => join(config.dataDir, 'logs', `compute-${computeId}.log`)
/** Kept between starts: Spark's catalog of tables and views is in it. */
const folderOf = (config: Config, computeId: ComputeId): string => join(config.dataDir, 'compute', computeId)

/** There once Spark's catalog has its tables; kernels wait for it. Kept, as the catalog is. */
export const tablesKnownPath = (config: Config, computeId: ComputeId): string => join(folderOf(config, computeId), 'tables-are-known')

/** There while the store was away when Spark was to be told its tables: they are told later. Cells say so (spark/dataharbour/store_away.py). */
const owesTables = (config: Config, computeId: ComputeId): boolean => existsSync(join(folderOf(config, computeId), 'tables-are-owed'))

/** Says to kernels that wait for it why it will not come (spark/dataharbour/kernel/spark_gate.py); null when it is tried again. */
export function tellFailure(config: Config, computeId: ComputeId, reason: string | null): void {
  const path = join(folderOf(config, computeId), 'did-not-start')
  rmSync(path, { force: true })
  if (reason === null) return
  mkdirSync(folderOf(config, computeId), { recursive: true, mode: 0o700 })
  writeFileSync(path, reason, { mode: 0o600 })
}

export function spawnSpark(config: Config, { computeId, workspaceId, address, keysFile, memory, cores, uiPort }: SparkPlace): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const folder = folderOf(config, computeId)
  const logPath = logPathOf(config, computeId)
  dropHugeLog(logPath)
  const { spark } = config
  return spawnDetached({
    command: config.python,
    args: ['-m', 'dataharbour.compute', '--port', String(address.port), ...storeArgs(config, workspaceId, keysFile), '--folder', folder, '--memory', memory, '--cores', String(cores), '--ui-port', String(uiPort)],
    env: { ...pythonEnv(config, folder), ...javaEnv(spark), SPARK_CONNECT_AUTHENTICATE_TOKEN: address.token, SPARK_PAGES_KEY: pagesKey(config.authSecret, computeId) },
    folder,
    logPath,
    pidPath: pidPathOf(config.dataDir, computeId),
  })
}

const javaEnv = ({ javaHome, jarsDir, classArchive, jvmOptions }: Config['spark']): Record<string, string> => ({
  ...(javaHome === null ? {} : { JAVA_HOME: javaHome }), SPARK_JARS: jarsDir, SPARK_CLASS_ARCHIVE: classArchive, SPARK_JVM_OPTIONS: jvmOptions,
})

/** Resolves when Spark is ready for kernels; its tables are told to it on the way. Throws a sentence when it does not come. */
export const awaitSpark = (config: Config, log: Log, place: KnownPlace, gone: AbortSignal): Promise<void> =>
  registerTables(config, log, { ...registrationOf(config, place), gone })

/** Of a Spark that was found at work: what it is owed is told by whoever watches it. */
export const payTables = (config: Config, log: Log, place: KnownPlace): void => tellAgain(config, log, registrationOf(config, place))

type KnownPlace = Omit<SparkPlace, 'memory' | 'cores' | 'uiPort'>

const registrationOf = (config: Config, { computeId, workspaceId, address, keysFile }: KnownPlace): Registration =>
  ({ computeId, workspaceId, keysFile, url: secretUrl(address), donePath: tablesKnownPath(config, computeId) })

export interface Registration {
  computeId: ComputeId
  workspaceId: WorkspaceId
  keysFile: string
  url: string
  /** A file to be made when the tables are known. */
  donePath: string
  /** Kernels wait for the file themselves; who has no kernel waits for the tables here. */
  isForTables?: boolean
  /** Spark will not come any more. */
  gone?: AbortSignal
}

/**
 * Also for a Spark that was given: it gets to know the samples and the workspace's tables; nothing else of it is touched.
 * When the store is away they are told again and again until it is back, for as long as Spark is there.
 */
export function registerTables(config: Config, log: Log, registration: Registration): Promise<void> {
  const { computeId, workspaceId, keysFile, url, donePath, isForTables = false, gone } = registration
  const folder = folderOf(config, computeId)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const args = ['-m', 'dataharbour.register_tables', '--done-file', donePath, ...storeArgs(config, workspaceId, keysFile)]
  let isReady = false
  // The address may hold Spark's token: by the environment, since everybody may read a command line.
  const child = spawn(config.python, args, { cwd: folder, env: { ...pythonEnv(config, folder), SPARK_REMOTE: url }, stdio: ['ignore', 'ignore', 'pipe'] })
  // It would wait for a Spark that is being stopped too.
  const end = () => void child.kill()
  process.once('exit', end)
  // Where it became ready it goes on with the tables: a kernel waits for them.
  const giveUp = () => void (isReady || end())
  gone?.addEventListener('abort', giveUp, { once: true })
  const late = setTimeout(end, READY_WITHIN_MS).unref()
  child.once('close', () => {
    clearTimeout(late)
    process.off('exit', end)
    gone?.removeEventListener('abort', giveUp)
  })
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const { msg, level } = parseLine(line)
      log[level === 'error' || level === 'warn' || level === 'fatal' ? 'warn' : 'debug']({ computeId, line: msg }, 'spark tables')
      isReady ||= msg === 'Spark is ready.'
      if (isReady) clearTimeout(late)
      if (msg === (isForTables ? 'The tables are registered.' : 'Spark is ready.')) resolve()
    })
    child.once('error', (error) => reject(error))
    // 4: a table could not be registered, which the log says; the rest works.
    child.once('close', (code) => {
      if (code === STORE_AWAY) setTimeout(() => tellAgain(config, log, registration), TELL_AGAIN_MS).unref()
      if (code === 0 || code === 4 || code === STORE_AWAY) resolve()
      else reject(new Error('Spark did not answer in time.'))
    })
  })
}

/** Nothing when others have told them meanwhile, or the compute is gone. */
function tellAgain(config: Config, log: Log, registration: Registration): void {
  const { computeId } = registration
  if (!owesTables(config, computeId)) return
  registerTables(config, log, registration).catch((error: unknown) => log.warn({ err: error, computeId }, 'a spark could not be told its tables again'))
}

/** Why it ended, as its own last words say it; null when they say nothing plain. */
export async function lastWords(config: Config, computeId: ComputeId): Promise<string | null> {
  const text = await readFile(logPathOf(config, computeId), 'utf8').catch(() => '')
  const last = text.trimEnd().split('\n').map(parseLine).findLast(({ level }) => level === 'fatal')
  return last?.msg ?? null
}

/** Its catalog, its log and its address, when the compute is deleted. What its tables hold is the workspace's and stays. */
export function removeTraces(config: Config, computeId: ComputeId): void {
  rmSync(folderOf(config, computeId), { recursive: true, force: true })
  rmSync(logPathOf(config, computeId), { force: true })
  for (const ending of ['json', 'pid']) rmSync(join(computeRunFolder(config.dataDir), `${computeId}.${ending}`), { force: true })
}

function storeArgs(config: Config, workspaceId: WorkspaceId, keysFile: string): string[] {
  const { endpoint, region, bucket } = config.s3
  return ['--warehouse', `s3a://${bucket}/ws/${workspaceId}/tables`, '--endpoint', endpoint, '--region', region, '--keys', keysFile]
}

function parseLine(line: string): { msg: string; level: string } {
  try {
    const { msg, level } = JSON.parse(line) as { msg?: unknown; level?: unknown }
    return { msg: String(msg ?? ''), level: String(level ?? '').toLowerCase() }
  } catch {
    return { msg: line, level: '' }
  }
}

function dropHugeLog(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_KEPT_BYTES) rmSync(path, { force: true })
}
