/**
 * Kernels that are started before anybody needs one. A kernel in the pool knows no workspace and has no key; who takes it
 * gives it its place once, and it never comes back. Where none waits, one is forked then and there.
 *
 * [POOL1] A kernel that was given out serves the one launch that it was given to, and nothing tells it another place.
 * [POOL2] One from the pool is to its cells what a started one is: environment, folder, home, Python, names.
 * [POOL3] A notebook with packages or IPython settings of its own gets a kernel of its own start, since the
 *         pool's have imported the shared packages and read no settings.
 * [POOL4] The kernels that wait end with their worker, however it ends.
 * [POOL5] Whatever fails here costs time, never the kernel: it is started the ordinary way.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '#server/log.ts'
import { removeConnection, writeConnection } from './connection-file.ts'
import { startForkServer, type ForkServer, type Forked, type Place } from './fork-server.ts'
import { openKernel, type ExplainEnd, type IPythonKernel } from './ipython-kernel.ts'
import type { Kernel, KernelLaunch, KernelRecord, Kernels } from './kernels.ts'
import { logFile } from './log-file.ts'
import { isUntouched } from './python-folder.ts'

export interface PoolOptions {
  /** How many wait; at least one. */
  size: number
  python: string
  /** Of the process that makes them: what any Python needs, and nothing of a workspace. */
  env: Record<string, string>
  folder: string
  socketFolder: string
  logFolder: string
  explainEnd?: ExplainEnd
  log: Log
}

export interface KernelPool extends Kernels {
  /** How many wait for a place. */
  waiting(): number
  close(): void
}

interface Waiting { kernel: IPythonKernel; forked: Forked; logPath: string; pidPath: string }

/** The first cell goes first: two cores make one thing quick. Where it runs for long, the next person should not wait either. */
const REFILL_WITHIN_MS = 300
/** Somebody found none: for so long one more waits, since who comes next is likely near. */
const RUSH_FOR_MS = 60_000
const READY_WITHIN_MS = 10_000
const PLACED_WITHIN_MS = 10_000

export function createKernelPool(options: PoolOptions, ordinary: Kernels): KernelPool {
  const ready: Waiting[] = []
  let isClosed = false
  let filling: Promise<void> = Promise.resolve()
  let rushUntil = -Infinity
  const wanted = () => options.size + (performance.now() < rushUntil ? 1 : 0)
  const server: ForkServer = startForkServer({ ...options, onReady: refill })

  async function make(): Promise<Waiting | null> {
    const name = randomBytes(4).toString('hex')
    const logPath = join(options.logFolder, `kernel-waiting-${name}.log`)
    const connection = writeConnection(options.socketFolder, name)
    const forked = await server.fork({ connection: connection.path, log: logPath })
    if (forked === null) {
      removeConnection(connection.path)
      return null
    }
    const kernel = openKernel({ ...forked.identity, connectionPath: connection.path }, connection, forked.parent, options.explainEnd)
    const one = { kernel, forked, logPath, pidPath: join(options.socketFolder, `${name}.pid`) }
    // It has answered before anybody needs it, so its sockets are known to work and its first cell need not ask.
    if ((await forked.waits) && (await kernel.answers(READY_WITHIN_MS))) return one
    await kernel.stop()
    drop(one)
    return null
  }

  /** Nobody waited for this moment, so the others are not waited for either. */
  async function makeNow(): Promise<Waiting | null> {
    const one = await make()
    if (one !== null) rushUntil = performance.now() + RUSH_FOR_MS
    return one
  }

  function drop({ kernel, logPath }: Waiting): void {
    kernel.detach()
    removeConnection(kernel.record.connectionPath)
    rmSync(logPath, { force: true })
  }

  function refill(): void {
    filling = filling.then(async () => {
      while (!isClosed && ready.length < wanted()) {
        const one = await make()
        if (one === null) return
        ready.push(one)
        void one.kernel.ended.then(() => {
          const at = ready.indexOf(one)
          if (at < 0) return
          ready.splice(at, 1)
          drop(one)
        })
      }
    }).catch((error: unknown) => options.log.warn({ err: error }, 'the pool of kernels could not be filled'))
  }

  async function startPooled(launch: KernelLaunch, onProcess?: (record: KernelRecord) => void): Promise<Kernel | null> {
    const one = ready.shift() ?? (await makeNow())
    if (one === null) return null
    onProcess?.(one.kernel.record)
    mkdirSync(launch.folder, { recursive: true, mode: 0o700 })
    renameSync(one.logPath, logFile(options.logFolder, launch.id))
    // From here on it is somebody's: the worker after this one must find it (stray-kernels.ts).
    writeFileSync(one.pidPath, JSON.stringify(one.forked.identity), { mode: 0o600 })
    one.forked.place(placeOf(launch))
    if (await Promise.race([one.forked.placed, late(PLACED_WITHIN_MS)])) return withRefill(one.kernel)
    await one.kernel.stop()
    return null
  }

  function withRefill(kernel: IPythonKernel): Kernel {
    let late: ReturnType<typeof setTimeout> | null = setTimeout(refillOnce, REFILL_WITHIN_MS)
    late.unref()
    function refillOnce(): void {
      if (late === null) return
      clearTimeout(late)
      late = null
      refill()
    }
    void kernel.ended.then(refillOnce)
    return {
      ...kernel,
      execute(request, onMessage) {
        const reply = kernel.execute(request, onMessage)
        reply.then(refillOnce, refillOnce)
        return reply
      },
    }
  }

  return {
    async start(launch, onProcess) {
      if (isPlain(launch)) {
        const kernel = await startPooled(launch, onProcess).catch((error: unknown) => options.log.warn({ err: error }, 'a kernel of the pool could not be given out'))
        if (kernel !== null && kernel !== undefined) return kernel
      }
      return ordinary.start(launch, onProcess)
    },
    attach: (record) => ordinary.attach(record),
    waiting: () => ready.length,
    close() {
      isClosed = true
      server.close()
      for (const one of ready.splice(0)) drop(one)
    },
  }
}

const late = (ms: number): Promise<false> => new Promise((resolve) => void setTimeout(() => resolve(false), ms).unref())

/** What its own start would read or find, the pool's kernels have not. */
function isPlain({ python, folder }: KernelLaunch): boolean {
  if (python !== undefined && !isUntouched(python)) return false
  const settings = join(folder, '.ipython', 'profile_default')
  return !existsSync(settings) || globSync(['startup/*.{py,ipy}', '*config*.{py,json}'], { cwd: settings }).length === 0
}

const placeOf = ({ env, folder, python }: KernelLaunch): Place =>
  ({ env, folder, ...(python !== undefined && { python: { executable: python.python, root: python.root, packages: python.packages } }) })
