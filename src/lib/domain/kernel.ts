/** Kernel: the Python process of one notebook (or of one scheduled run). It outlives browsers, web processes and workers. */
export const KERNEL_STATES = ['starting', 'idle', 'busy', 'dead', 'stopped'] as const
export type KernelState = (typeof KERNEL_STATES)[number]

/** A sentence for an ended kernel. `code` and `signal` as Node gives them. */
export function describeKernelEnd(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') return 'The kernel died (signal 9: killed, perhaps out of memory). Its variables are gone; the next run starts a new one.'
  if (signal !== null) return `The kernel died (${signal}). Its variables are gone; the next run starts a new one.`
  if (code === null) return 'The kernel is gone. Its variables are lost; the next run starts a new one.'
  return `The kernel ended by itself (exit code ${code}). Its variables are gone; the next run starts a new one.`
}
