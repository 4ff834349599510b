/** A compute in a few words. Pure. */
import type { Compute, Installation } from './compute-calls.ts'

export function describeCompute(compute: Pick<Compute, 'kind' | 'url' | 'hasToken' | 'memoryMb' | 'cores'>, installation: Installation | null): string {
  if (compute.kind === 'remote') return `Spark elsewhere · ${compute.url ?? ''}${compute.hasToken ? ' · with a token' : ''}`
  const cores = compute.cores ?? installation?.cores ?? null
  const memory = compute.memoryMb === null ? (installation === null ? null : showMemory(installation.memory)) : `${compute.memoryMb.toLocaleString('en')} MB`
  return ['Spark on this machine', cores === null ? null : cores === 1 ? '1 core' : `${cores} cores`, memory === null ? null : `${memory} of memory`].filter((part) => part !== null).join(' · ')
}

/** `2g` and `1500m` as the configuration has them. */
export const showMemory = (text: string): string => `${Number.parseInt(text).toLocaleString('en')} ${text.endsWith('g') ? 'GB' : 'MB'}`

export function describeRest(minutes: number): string {
  if (minutes % (24 * 60) === 0) return minutes === 24 * 60 ? 'a day' : `${minutes / (24 * 60)} days`
  if (minutes % 60 === 0) return minutes === 60 ? 'an hour' : `${minutes / 60} hours`
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
