/** Rate: how fast something comes and how long the rest will take, from what was seen in the last seconds. */
export interface Seen {
  atMs: number
  done: number
}

const LOOK_BACK_MS = 10_000
const ENOUGH_MS = 1500

export const seeMore = (seen: readonly Seen[], now: Seen): Seen[] => [...seen.filter(({ atMs }) => now.atMs - atMs <= LOOK_BACK_MS), now]

/** Per second; null while too little was seen. */
export function rateOf(seen: readonly Seen[]): number | null {
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined || last.atMs - first.atMs < ENOUGH_MS) return null
  return Math.max(0, (last.done - first.done) / ((last.atMs - first.atMs) / 1000))
}

export function leftOf(rate: number | null, rest: number): string | null {
  if (rate === null || rate <= 0) return null
  const seconds = Math.ceil(rest / rate)
  if (seconds < 60) return `${seconds} s left`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min left`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`
}
