/**
 * Compute: the Spark that kernels talk to. `embedded` is started by a worker; `remote` is any Spark Connect URL.
 * A workspace may have several; one is its default, and a notebook without a choice of its own runs there.
 */
import { accept, refuse, type Outcome } from './outcome.ts'

export const COMPUTE_STATES = ['stopped', 'starting', 'running', 'stopping', 'failed'] as const
export type ComputeState = (typeof COMPUTE_STATES)[number]
export const COMPUTE_KINDS = ['embedded', 'remote'] as const
export type ComputeKind = (typeof COMPUTE_KINDS)[number]

export const COMPUTE_NAME_MAX = 60
/** Spark's JVM does not come up with less; a petabyte is a slip of the finger. */
export const MEMORY_MB = { least: 1024, most: 1024 * 1024 } as const
export const CORES = { least: 1, most: 256 } as const
/** At most a week. */
export const IDLE_MINUTES = { least: 1, most: 7 * 24 * 60 } as const

/** Of an embedded one. Null: what the installation gives. */
export interface ComputeLimits {
  memoryMb: number | null
  cores: number | null
  idleMinutes: number | null
}

export type LimitRefusal = 'memory-invalid' | 'cores-invalid' | 'idle-invalid'

export function checkComputeName(text: string): Outcome<string, 'name-invalid'> {
  const name = text.trim().replaceAll(/\s+/g, ' ')
  if (name === '') return refuse('name-invalid', 'Give the compute a name.')
  if (name.length > COMPUTE_NAME_MAX) return refuse('name-invalid', `A name has at most ${COMPUTE_NAME_MAX} characters.`)
  return accept(name)
}

export function checkComputeLimits(limits: ComputeLimits): Outcome<ComputeLimits, LimitRefusal> {
  const { memoryMb, cores, idleMinutes } = limits
  if (!isWithin(memoryMb, MEMORY_MB)) return refuse('memory-invalid', `Spark needs at least ${MEMORY_MB.least.toLocaleString('en')} MB of memory, in whole megabytes; at most ${MEMORY_MB.most.toLocaleString('en')}.`)
  if (!isWithin(cores, CORES)) return refuse('cores-invalid', `Give it ${CORES.least} to ${CORES.most} cores.`)
  if (!isWithin(idleMinutes, IDLE_MINUTES)) return refuse('idle-invalid', `It may rest ${IDLE_MINUTES.least} to ${IDLE_MINUTES.most.toLocaleString('en')} minutes (a week) before it is stopped.`)
  return accept(limits)
}

const isWithin = (value: number | null, { least, most }: { least: number; most: number }): boolean =>
  value === null || (Number.isInteger(value) && value >= least && value <= most)

/** Spark's pages of a Spark that runs elsewhere: a link, opened by the person's own browser. */
export function checkPagesUrl(text: string | null): Outcome<string | null, 'pages-url-invalid'> {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return accept(null)
  const url = URL.parse(trimmed)
  const isPlain = url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' && trimmed.length <= 500
  return isPlain ? accept(url.href) : refuse('pages-url-invalid', 'Write the address of Spark’s own pages as https://…, without a password in it.')
}
