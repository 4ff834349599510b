/**
 * Kernels as stock ipykernel processes (spark/dataharbour/kernel/start.py) with our extension, over sockets in a folder
 * that only this user can open. The environment is what the launch says and nothing else.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnDetached } from '../processes/spawn-detached.ts'
import { isAlive } from '../processes/identity.ts'
import { readConnection, removeConnection, writeConnection } from './connection-file.ts'
import { SPARK_PACKAGE } from './kernel-env.ts'
import { openKernel, type ExplainEnd, type IPythonKernel } from './ipython-kernel.ts'
import { KernelStartFailed, type Kernel, type KernelLaunch, type KernelRecord, type Kernels } from './kernels.ts'
import { logFile } from './log-file.ts'

export interface IPythonOptions {
  python: string
  /** Sockets and connection files; see socket-folder.ts. */
  socketFolder: string
  logFolder: string
  /** Modules loaded by the kernel at its start. */
  extensions: string[]
  /** Why the system may have ended a process; asked once it is gone. */
  explainEnd?: ExplainEnd
}

const START = join(SPARK_PACKAGE, 'dataharbour', 'kernel', 'start.py')
const START_WITHIN_MS = 60_000
const ANSWER_WITHIN_MS = 500
const REST_WITHIN_MS = 5000

export function createIPythonKernels(options: IPythonOptions): Kernels {
  return {
    start: (launch, onProcess) => start(options, launch, onProcess),
    attach: (record) => attach(options, record),
  }
}

async function start(options: IPythonOptions, launch: KernelLaunch, onProcess?: (record: KernelRecord) => void): Promise<Kernel> {
  const name = launch.id.replaceAll('-', '').slice(-8)
  const logPath = logFile(options.logFolder, launch.id)
  removeConnection(join(options.socketFolder, `${name}.json`))
  const connection = writeConnection(options.socketFolder, name)
  const args = [START, '-f', connection.path, '--HistoryManager.enabled=False', ...options.extensions.flatMap((extension) => ['--ext', extension])]
  const pidPath = join(options.socketFolder, `${name}.pid`)
  const spawned = await spawnDetached({ command: launch.python?.python ?? options.python, args, env: launch.env, folder: launch.folder, logPath, pidPath }).catch((error: unknown) => {
    removeConnection(connection.path)
    throw new KernelStartFailed(String(error))
  })
  const kernel = openKernel({ ...spawned.identity, connectionPath: connection.path }, connection, spawned.child, options.explainEnd)
  onProcess?.(kernel.record)
  if (await kernel.answers(START_WITHIN_MS)) return kernel
  await kernel.stop()
  throw new KernelStartFailed((await readFile(logPath, 'utf8').catch(() => '')).slice(-2000))
}

async function attach({ explainEnd }: IPythonOptions, record: KernelRecord): Promise<Kernel | null> {
  const connection = (await isAlive(record)) ? readConnection(record.connectionPath) : null
  if (connection === null) return null
  const kernel = openKernel(record, connection, null, explainEnd)
  if (await comesToRest(kernel)) return kernel
  await kernel.stop()
  return null
}

/** A kernel that is busy works for a run whose worker is gone: that is stopped first. */
async function comesToRest(kernel: IPythonKernel): Promise<boolean> {
  if (await kernel.answers(ANSWER_WITHIN_MS)) return true
  kernel.interrupt()
  return kernel.answers(REST_WITHIN_MS)
}
