/**
 * When a room's work becomes a version: once it rests, and every few minutes while it goes on. What is taken comes from
 * Postgres, so nothing is lost with a clock that stopped: whoever opens the notebook next takes it.
 */
export interface VersionTimes {
  /** Nobody edits for this long. */
  restMs: number
  /** The longest time of work without a version. */
  workMs: number
}

export const VERSION_TIMES: VersionTimes = { restMs: 30_000, workMs: 5 * 60_000 }

export interface VersionClock {
  edited(): void
  stop(): void
}

export function createVersionClock(take: () => void, { restMs, workMs }: VersionTimes): VersionClock {
  let rest: ReturnType<typeof setTimeout> | null = null
  let work: ReturnType<typeof setTimeout> | null = null
  const stop = (): void => {
    if (rest !== null) clearTimeout(rest)
    if (work !== null) clearTimeout(work)
    rest = work = null
  }
  const ring = (): void => {
    stop()
    take()
  }
  return {
    edited: () => {
      if (rest === null) rest = setTimeout(ring, restMs)
      else rest.refresh()
      work ??= setTimeout(ring, workMs)
    },
    stop,
  }
}
