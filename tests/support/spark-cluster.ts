/**
 * A real Spark cluster on this machine: a standalone master, two workers and, in front of them, the Spark Connect
 * server of docs/scaling.md. Everything but the network between machines is what a cluster has: executors are
 * processes of their own that are sent their jars, read their keys from a file, and can die.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { loadBootstrap } from './load-bootstrap.ts'

const { enterFolder } = (await loadBootstrap('suites/leftovers.mjs')) as { enterFolder: (folder: string) => void }
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PYTHON = process.env.PYTHON ?? 'python3'

export type SparkCluster = Awaited<ReturnType<typeof startCluster>>

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

/** The sample tables of the bucket; those that are there already are left alone. */
export function loadSamples(): void {
  execFileSync(PYTHON, ['-m', 'dataharbour.samples', '--source', join(ROOT, 'node_modules', 'vega-datasets')], { env: { ...process.env, PYTHONPATH: join(ROOT, 'spark') }, stdio: 'pipe' })
}

export async function startCluster({ connectPort, token, workspaceId, keysFile }: { connectPort: number; token: string; workspaceId: WorkspaceId; keysFile: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'dh-cluster-'))
  enterFolder(folder)
  const sparkHome = execFileSync(PYTHON, ['-c', 'from importlib.util import find_spec; print(find_spec("pyspark").submodule_search_locations[0])'], { encoding: 'utf8' }).trim()
  const masterPort = await freePort()
  const master = `spark://127.0.0.1:${masterPort}`
  const processes: ChildProcess[] = []
  const { PATH, HOME, JAVA_HOME, SPARK_JARS, SPARK_JVM_OPTIONS = '', S3_BUCKET, S3_ENDPOINT, S3_REGION } = process.env
  const env = { PATH, HOME, ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }), SPARK_HOME: sparkHome, SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_PYTHON: PYTHON, JAVA_TOOL_OPTIONS: SPARK_JVM_OPTIONS }

  function start(name: string, command: string, args: string[], more: Record<string, string> = {}): ChildProcess {
    const log = openSync(join(folder, `${name}.log`), 'a')
    const child = spawn(command, args, { cwd: folder, env: { ...env, ...more } as NodeJS.ProcessEnv, stdio: ['ignore', log, log], detached: true })
    processes.push(child)
    return child
  }
  const daemon = (name: string, role: string, ...args: string[]) => start(name, join(sparkHome, 'bin', 'spark-class'), [`org.apache.spark.deploy.${role}`, '--host', '127.0.0.1', ...args], { SPARK_DAEMON_MEMORY: '256m' })

  daemon('master', 'master.Master', '--port', String(masterPort), '--webui-port', String(await freePort()))
  const workers = await Promise.all([1, 2].map(async (n) => daemon(`worker-${n}`, 'worker.Worker', '--cores', '1', '--memory', '1g', '--work-dir', join(folder, `work-${n}`), '--webui-port', String(await freePort()), master)))
  mkdirSync(join(folder, 'connect'))
  start('connect', PYTHON, [
    '-m', 'dataharbour.compute', '--port', String(connectPort), '--master', master, '--warehouse', `s3a://${S3_BUCKET}/ws/${workspaceId}/tables`,
    '--endpoint', String(S3_ENDPOINT), '--region', S3_REGION ?? 'us-east-1', '--keys', keysFile, '--folder', join(folder, 'connect'), '--memory', '1g', '--cores', '2',
  ], { PYTHONPATH: join(ROOT, 'spark'), SPARK_JARS: String(SPARK_JARS), SPARK_CONNECT_AUTHENTICATE_TOKEN: token })

  return {
    workers,
    /** The executors' process ids, as the machine tells them now. */
    executors: (): number[] => processesIn(folder, (command) => command.includes('CoarseGrainedExecutorBackend')),
    log: (name: string) => readFileSync(join(folder, `${name}.log`), 'utf8'),
    stop(): void {
      for (const { pid } of processes) if (pid !== undefined) kill(-pid)
      for (const pid of processesIn(folder, () => true)) kill(pid)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

export const newToken = (): string => randomBytes(32).toString('hex')

/** A process, or by a negative number its group. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** What works in a folder or below it: executors tell it by nothing else. */
function processesIn(folder: string, matches: (command: string) => boolean): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`) && matches(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
    } catch {
      return false
    }
  })
}
