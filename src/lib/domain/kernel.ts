/** Kernel: the Python process of one notebook (or of one scheduled run). It outlives browsers, web processes and workers. */
export const KERNEL_STATES = ['starting', 'idle', 'busy', 'dead', 'stopped'] as const
export type KernelState = (typeof KERNEL_STATES)[number]

/** Why a kernel was ended that did not want to. Without a limit of its own, it was the system that ended it, and the limit is what the machine has. */
export type KernelEndCause =
  | { kind: 'memory'; peakBytes: number; limitBytes: number; isBySystem?: boolean }
  | { kind: 'processes' | 'threads'; count: number; limit: number }
  | { kind: 'disk'; bytes: number; limitBytes: number }

/** A sentence for an ended kernel. `code` and `signal` as Node gives them. */
export function describeKernelEnd(code: number | null, signal: string | null, cause: KernelEndCause | null = null): string {
  if (cause?.kind === 'disk') {
    return `The notebook’s files came to ${showBytes(cause.bytes)}, of ${showBytes(cause.limitBytes)} that it may have on this machine. Its kernel was ended (signal 9) before the disk was full. ${LOST} There files can be removed.`
  }
  if (cause !== null && cause.kind !== 'memory') {
    return `The kernel and what it started had ${cause.count} ${cause.kind}, of ${cause.limit} that it may have. It was ended (signal 9) before anything else suffered. ${LOST}`
  }
  if (cause !== null) {
    const limit = cause.isBySystem === true ? `the ${showBytes(cause.limitBytes)} that there are for everything here` : showBytes(cause.limitBytes)
    return `The kernel ran out of memory: peak ${showBytes(cause.peakBytes)} of ${limit}. It was ended (signal 9)${cause.isBySystem === true ? ' by the system' : ' before anything else suffered'}. ${LOST}`
  }
  if (signal === 'SIGKILL') return `The kernel died (signal 9: killed, perhaps out of memory). ${LOST}`
  if (signal !== null) return `The kernel died (${signal}). ${LOST}`
  if (code === null) return 'The kernel is gone. Its variables are lost; the next run starts a new one.'
  return `The kernel ended by itself (exit code ${code}). ${LOST}`
}

/** For the cell that did not stop, and for everybody whose variables went with its kernel. */
export const describeUnheeding = (seconds: number): string => `A cell did not stop within ${seconds} seconds, so the kernel was ended. ${LOST}`

export const KERNEL_RESTARTED = 'The kernel was restarted: its variables are gone.'

export function describeIdleStop(idleMs: number): string {
  const minutes = Math.round(idleMs / 60_000)
  const span = idleMs < 60_000 ? `${Math.max(1, Math.round(idleMs / 1000))} seconds` : minutes === 1 ? '1 minute' : minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  return `The kernel was stopped after ${span} of idle. ${LOST}`
}

const LOST = 'Its variables are gone; the next run starts a new one.'

/** `1.98 GB`, in powers of 1024 as limits are given. */
export function showBytes(bytes: number): string {
  const unit = bytes >= 2 ** 30 ? 3 : bytes >= 2 ** 20 ? 2 : bytes >= 2 ** 10 ? 1 : 0
  const value = bytes / 2 ** (10 * unit)
  const digits = unit === 3 && !Number.isInteger(value) ? 2 : 0
  return `${value.toFixed(digits)} ${['B', 'KB', 'MB', 'GB'][unit]}`
}
