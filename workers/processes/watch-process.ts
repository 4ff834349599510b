/**
 * Tells when a process has ended, whoever its parent is. For a child of ours, or one whose parent tells us, the code or
 * signal comes with it; of an adopted one only the fact is known, within half a second.
 */
import type { ChildProcess } from 'node:child_process'
import { isAlive, type ProcessIdentity } from './identity.ts'

export interface ProcessEnd {
  code: number | null
  signal: string | null
}

const LOOK_EVERY_MS = 500

export interface Watch {
  ended: Promise<ProcessEnd>
  /** At once: for one that is known to be gone. */
  look: () => Promise<void>
  stop: () => void
}

/** What a parent says of its child's end: a ChildProcess, or somebody else's word (see kernels/fork-server.ts). */
export type Parent = Pick<ChildProcess, 'exitCode' | 'signalCode'> & { once(event: 'exit', hear: (code: number | null, signal: string | null) => void): unknown }

export function watchProcess(identity: ProcessIdentity, child: Parent | null): Watch {
  const { promise: ended, resolve } = Promise.withResolvers<ProcessEnd>()
  // Of a child its parent tells more.
  const isTold = (): boolean => child === null || child.exitCode !== null || child.signalCode !== null
  const look = async (): Promise<void> => {
    if (!(await isAlive(identity)) && isTold()) resolve({ code: child?.exitCode ?? null, signal: child?.signalCode ?? null })
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  timer.unref()
  child?.once('exit', (code, signal) => resolve({ code, signal }))
  const stop = (): void => clearInterval(timer)
  void ended.then(stop)
  return { ended, look, stop }
}
