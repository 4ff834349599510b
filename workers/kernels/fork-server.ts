/**
 * The worker's end of the process that makes kernels by forking (spark/dataharbour/kernel/fork_server.py). It runs as
 * long as this worker: its stdin is a line to us, whose end ends it and every kernel that has no place yet. When it
 * dies it is started again; kernels that have a place live on, and their end is noticed as that of adopted ones.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Log } from '#server/log.ts'
import type { ProcessIdentity } from '../processes/identity.ts'
import { startOf } from '../processes/identity.ts'
import { watchProcess, type Parent } from '../processes/watch-process.ts'

/** What a kernel is told once; the words of take_place in pooled.py. */
export interface Place {
  env: Record<string, string>
  folder: string
  python?: { executable: string; root: string; packages: string }
}

export interface Forked {
  identity: ProcessIdentity
  parent: Parent
  /** True once it waits for its place; false when it ended before. */
  waits: Promise<boolean>
  /** True once it has its place; false when it ended before. */
  placed: Promise<boolean>
  place(place: Place): void
}

export interface ForkServer {
  /** Null while there is no server to ask. */
  fork(files: { connection: string; log: string }): Promise<Forked | null>
  close(): void
}

export interface ForkServerOptions {
  python: string
  env: Record<string, string>
  /** Its home, of which nothing is read; its working folder is the root, where nobody can lay a module in its way. */
  folder: string
  logFolder: string
  log: Log
  onReady: () => void
}

const AGAIN_AFTER_MS = 5000

const said = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ forked: z.string(), pid: z.int() }),
  z.object({ waits: z.string() }),
  z.object({ placed: z.string() }),
  z.object({ exited: z.int(), code: z.int().nullable(), signal: z.string().nullable() }),
])

interface Making { made: (pid: number | null) => void; waits: (does: boolean) => void; placed: (is: boolean) => void }

export function startForkServer(options: ForkServerOptions): ForkServer {
  let server: ChildProcess | null = null
  let isReady = false
  let isClosed = false
  const making = new Map<string, Making>()
  const ended = new Map<number, (code: number | null, signal: string | null) => void>()
  const onLost = new Set<() => void>()

  function begin(): void {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    mkdirSync(options.logFolder, { recursive: true, mode: 0o700 })
    const out = openSync(join(options.logFolder, 'fork-server.log'), 'a', 0o600)
    const child = spawn(options.python, ['-s', '-m', 'dataharbour.kernel.fork_server'], { cwd: '/', env: options.env, detached: true, stdio: ['pipe', 'pipe', out] })
    closeSync(out)
    server = child
    child.stdin!.on('error', () => {})
    createInterface({ input: child.stdout! }).on('line', hear)
    child.once('error', lost)
    child.once('exit', lost)
  }

  function lost(): void {
    if (server === null) return
    server = null
    isReady = false
    for (const { made, waits, placed } of making.values()) {
      made(null)
      waits(false)
      placed(false)
    }
    making.clear()
    ended.clear()
    for (const tell of onLost) tell()
    onLost.clear()
    if (isClosed) return
    options.log.warn('the process that makes kernels ended; it is started again')
    setTimeout(() => void (isClosed || begin()), AGAIN_AFTER_MS).unref()
  }

  function hear(line: string): void {
    const message = said.parse(JSON.parse(line))
    if ('ready' in message) {
      isReady = true
      options.onReady()
    } else if ('forked' in message) making.get(message.forked)?.made(message.pid)
    else if ('waits' in message) making.get(message.waits)?.waits(true)
    else if ('placed' in message) making.get(message.placed)?.placed(true)
    else {
      ended.get(message.exited)?.(message.code, message.signal)
      ended.delete(message.exited)
    }
  }

  const order = (words: object): void => void server?.stdin!.write(`${JSON.stringify(words)}\n`)

  /** As a ChildProcess would tell it; where the server is lost, by looking whether the process is still there. */
  function parentOf(identity: ProcessIdentity): Parent {
    const hearers: ((code: number | null, signal: string | null) => void)[] = []
    const parent: { exitCode: number | null; signalCode: NodeJS.Signals | null } = { exitCode: null, signalCode: null }
    let isOver = false
    const tell = (code: number | null, signal: string | null) => {
      isOver = true
      Object.assign(parent, { exitCode: code, signalCode: signal })
      onLost.delete(look)
      for (const hearer of hearers.splice(0)) hearer(code, signal)
    }
    const look = () => void watchProcess(identity, null).ended.then((end) => tell(end.code, end.signal))
    ended.set(identity.pid, tell)
    onLost.add(look)
    return Object.assign(parent, { once: (_event: 'exit', hearer: (code: number | null, signal: string | null) => void) => (isOver ? hearer(parent.exitCode, parent.signalCode) : void hearers.push(hearer)) })
  }

  begin()
  return {
    async fork({ connection, log }) {
      if (!isReady) return null
      const id = randomUUID()
      const waits = Promise.withResolvers<boolean>()
      const placed = Promise.withResolvers<boolean>()
      const pid = await new Promise<number | null>((made) => {
        making.set(id, { made, waits: waits.resolve, placed: placed.resolve })
        order({ do: 'fork', id, connection, log })
      })
      const pidStarted = pid === null ? null : await startOf(pid)
      if (pid === null || pidStarted === null) {
        making.delete(id)
        return null
      }
      const identity = { pid, pidStarted }
      const parent = parentOf(identity)
      parent.once('exit', () => {
        waits.resolve(false)
        placed.resolve(false)
      })
      void placed.promise.then(() => making.delete(id))
      return { identity, parent, waits: waits.promise, placed: placed.promise, place: (place) => order({ do: 'place', pid, place }) }
    },
    close() {
      isClosed = true
      server?.stdin!.end()
    },
  }
}
