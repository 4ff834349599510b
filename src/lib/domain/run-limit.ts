/** Run limit: how long a run, and each cell of it, may take. What goes on for longer is interrupted and has failed. */

/** A week: what takes longer is a service and no run. */
export const LIMIT_MAX_SECONDS = 7 * 24 * 3600

export interface RunLimits {
  timeoutSeconds: number | null
  cellTimeoutSeconds: number | null
}

export type LimitKind = 'cell' | 'run'

export const describeLimit = (kind: LimitKind, seconds: number): string => `Stopped after ${inWords(seconds)}, the limit of this ${kind}.`

/** Whether a run's reason is that sentence. */
export const isLimitReason = (reason: string | null): boolean => /^Stopped after .+, the limit of this (cell|run)\.$/.test(reason ?? '')

function inWords(seconds: number): string {
  if (seconds % 3600 === 0) return counted(seconds / 3600, 'hour')
  if (seconds % 60 === 0) return counted(seconds / 60, 'minute')
  return seconds < 60 ? counted(seconds, 'second') : `${counted(Math.floor(seconds / 60), 'minute')} ${counted(seconds % 60, 'second')}`
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`
