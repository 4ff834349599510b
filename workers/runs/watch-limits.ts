/**
 * The limits of a run in seconds: a signal that aborts when one of them is reached, and the sentence for it. The run's
 * own limit counts from when a worker took it, with the start of its kernel, a cell's anew for each cell.
 */
import { describeLimit, type RunLimits } from '#lib/domain/run-limit.ts'

export interface LimitWatch {
  /** Aborts when the cell that goes, or all of it, has taken too long. */
  readonly reached: AbortSignal
  /** Why; null while nothing was reached. */
  sentence(): string | null
  beginCell(): void
  endCell(): void
  stop(): void
}

export function watchLimits({ timeoutSeconds, cellTimeoutSeconds }: RunLimits): LimitWatch {
  const control = new AbortController()
  let sentence: string | null = null
  let cellTimer: ReturnType<typeof setTimeout> | undefined
  const begin = (kind: 'cell' | 'run', seconds: number | null) => (seconds === null ? undefined : setTimeout(() => {
    sentence ??= describeLimit(kind, seconds)
    control.abort()
  }, seconds * 1000))
  const runTimer = begin('run', timeoutSeconds)
  const endCell = () => clearTimeout(cellTimer)
  return {
    reached: control.signal,
    sentence: () => sentence,
    beginCell: () => void (cellTimer = begin('cell', cellTimeoutSeconds)),
    endCell,
    stop: () => (clearTimeout(runTimer), endCell()),
  }
}
