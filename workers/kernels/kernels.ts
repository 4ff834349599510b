/**
 * Kernels: the port to the Python processes that run cells. A kernel is a process of its own that outlives the worker:
 * whoever has its record can attach to it again and finds its variables.
 *
 * [KERNEL1] Only messages of the request itself reach `onMessage`, in the order in which the kernel sent them.
 * [KERNEL2] When the process ends, however it does, `ended` resolves and a request under way rejects with KernelEnded.
 * [KERNEL3] `interrupt` stops the request under way; variables stay.
 * [KERNEL4] `attach` gives null for a process that is gone or does not come to rest, never another process.
 * [KERNEL5] `ask` is answered while the kernel rests and is null otherwise; it never takes a request's place, leaves
 *           no trace in the names or the history, and one that does not come to an end is stopped.
 * [KERNEL6] `kill` ends the process at once, and `ended` and the request under way tell its cause.
 * [KERNEL7] `detach` ends every request under way, and every later one, with null: nobody waits for a reply that cannot come.
 * [KERNEL8] While `onMessage` is at a message the next is not taken, and a kernel that goes on showing waits; nothing is lost.
 */
import { describeKernelEnd, type KernelEndCause } from '#lib/domain/kernel.ts'
import type { KernelId } from '#lib/domain/ids.ts'
import type { PythonFolder } from './python-folder.ts'
import type { Answer, Askable } from './read-answer.ts'

/** What is kept of a kernel in Postgres. `pidStarted` tells it from a later process with the same pid. */
export interface KernelRecord {
  pid: number
  pidStarted: string
  connectionPath: string
}

export interface KernelLaunch {
  id: KernelId
  /** All of its environment: nothing is inherited. */
  env: Record<string, string>
  /** Its home and working folder; made when it is not there. */
  folder: string
  /** The Python of the notebook's own packages; the shared one when it has none. */
  python?: PythonFolder
}

export type KernelMessage =
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { kind: 'display'; data: Record<string, unknown>; metadata?: Record<string, unknown>; displayId: string | null; isUpdate: boolean }
  /** `trace`: the same as data, as the kernel's extension gives it. */
  | { kind: 'error'; name: string; message: string; traceback: string[]; trace?: unknown }
  /** With `isWaiting` the old output stays until there is new one. */
  | { kind: 'clear'; isWaiting: boolean }

export interface ExecuteRequest {
  code: string
  /** Handed to the kernel's extension with the request. */
  metadata: Record<string, unknown>
  /** Ours, not the person's: it counts for nothing and is not in the history. */
  isOurs?: boolean
}

export interface ExecuteReply {
  isOk: boolean
  executionCount: number | null
}

export interface KernelEnd {
  code: number | null
  signal: string | null
  /** Why we ended it; null when it ended by itself. */
  cause: KernelEndCause | null
}

export interface Kernel {
  readonly record: KernelRecord
  readonly ended: Promise<KernelEnd>
  /** Null when it was let go of before the kernel had replied. */
  execute(request: ExecuteRequest, onMessage: (message: KernelMessage) => void | Promise<void>): Promise<ExecuteReply | null>
  ask(question: Askable, withinMs: number): Promise<Answer | null>
  interrupt(): void
  kill(cause: KernelEndCause): void
  /** Ends the process: asks, then insists. */
  stop(): Promise<void>
  /** Lets go of it; the process lives on, and who waits for a request learns that nobody hears its reply. */
  detach(): void
}

export interface Kernels {
  /** `onProcess` hears of its process as soon as there is one, before it answers; again where another had to take its place. */
  start(launch: KernelLaunch, onProcess?: (record: KernelRecord) => void): Promise<Kernel>
  attach(record: KernelRecord): Promise<Kernel | null>
}

export class KernelEnded extends Error {
  readonly end: KernelEnd
  constructor(end: KernelEnd) {
    super(describeKernelEnd(end.code, end.signal, end.cause))
    this.name = 'KernelEnded'
    this.end = end
  }
}

/** The kernel never came up: the message is a sentence for the person, the detail is for the log. */
export class KernelStartFailed extends Error {
  readonly detail: string
  constructor(detail: string) {
    super('The Python kernel could not be started. Run the cell again; if it stays, look at the worker’s log.')
    this.name = 'KernelStartFailed'
    this.detail = detail
  }
}
