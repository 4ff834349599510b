/**
 * Health: what `GET /healthz` tells of each part. Pure. What stands here is read by strangers: a recorded reason goes out
 * only where it is plain words, and never with an address, a path or anything that may be a key.
 */
import type { ComputeKind, ComputeState } from './compute.ts'

export type Part = 'postgres' | 'objects' | 'worker' | 'compute' | 'reader'

export interface PartHealth {
  /** `asleep`: it starts when it is needed. `unknown`: who could tell is away; that one is `down`. */
  state: 'up' | 'starting' | 'asleep' | 'unknown' | 'down'
  /** Why it is not up; of one that is, what an operator may want to know besides. */
  reason: string | null
}

/** A compute as its row says. */
export interface ComputeFacts {
  kind: ComputeKind
  state: ComputeState
  reason: string | null
  /** The installation's: it came with its workspace and has no limits of its own. */
  isOurs: boolean
  /** A living worker on its machine sees to it. */
  isWatched: boolean
  /** Somebody used it within the last while (RECENT_MINUTES). */
  isRecent: boolean
}

/** So long after its last use a Spark that failed counts; later it is one that sleeps, since the next run starts it anew. */
export const RECENT_MINUTES = 15

const SILENT = 'The Spark that SPARK_REMOTE names does not answer. The page of the compute says why.'
const FAILED = 'Spark failed, and no other runs. The page of the compute says why.'

export const tellWorker = (isAlive: boolean): PartHealth =>
  isAlive ? { state: 'up', reason: null } : { state: 'down', reason: 'No worker is running: runs wait in the queue.' }

/** Sparks that people added elsewhere are theirs, and say nothing of the installation. */
export function tellCompute(all: readonly ComputeFacts[], hasWorker: boolean): PartHealth {
  const given = all.filter(({ kind, isOurs }) => kind === 'remote' && isOurs)
  if (given.length > 0) return tellGiven(given, hasWorker)
  const embedded = all.filter(({ kind }) => kind === 'embedded')
  const isIn = (state: ComputeState, isWatched: boolean): boolean => embedded.some((one) => one.state === state && one.isWatched === isWatched)
  const failed = embedded.filter(({ state }) => state === 'failed')
  const note = failed.length === 0 ? null : failed.length === 1 ? 'One Spark failed; the next run that needs it starts it again.' : `${failed.length} Sparks failed; the next run that needs one starts it again.`
  if (isIn('running', true)) return { state: 'up', reason: note }
  if (isIn('starting', true)) return { state: 'starting', reason: note }
  const last = failed.find(({ isOurs, isRecent }) => isOurs && isRecent)
  if (last !== undefined) return { state: 'down', reason: plainReason(last.reason) ?? FAILED }
  if (isIn('running', false) || isIn('starting', false)) return { state: 'unknown', reason: 'The worker that saw to Spark is gone, so nobody knows whether Spark still runs.' }
  return { state: 'asleep', reason: note }
}

/** All of them follow one address, at which workers look. */
function tellGiven(given: readonly ComputeFacts[], hasWorker: boolean): PartHealth {
  if (!hasWorker) return { state: 'unknown', reason: 'No worker is running to look whether the Spark that SPARK_REMOTE names answers.' }
  return given.some(({ state }) => state === 'failed') ? { state: 'down', reason: SILENT } : { state: 'up', reason: null }
}

const PLAIN = /^[\p{L}\p{M}\p{N} .,;:!?'’"“”()%–-]{1,300}$/u

/** A recorded sentence that anybody may read, else null. */
export function plainReason(reason: string | null): string | null {
  const text = reason?.trim() ?? ''
  return PLAIN.test(text) && !text.split(' ').some(isTelling) ? text : null
}

/** A host or an address with its port; a name or a key, which is longer than words are or mixes letters with digits. */
function isTelling(word: string): boolean {
  const core = word.replace(/^\P{L}*?(?=[\p{L}\p{N}])|[^\p{L}\p{N}]+$/gu, '')
  if (/[.:]\p{L}|\p{L}[.:]|:\d|\d+\.\d+\.\d/u.test(core)) return true
  return core.length >= 24 || (core.length >= 8 && /\d/.test(core) && /\p{L}/u.test(core))
}
