/**
 * Which files of a Delta table's log tell what it is at a version: the newest complete checkpoint at or below it and
 * every commit after that. A version whose commits have a gap, or that a clean-up has cut off from its beginning, is not
 * readable, and is said to be so instead of being shown wrong.
 */
import { accept, refuse, type Outcome } from './outcome.ts'

const COMMIT = /^(\d{20})\.json$/
const WHOLE = /^(\d{20})\.checkpoint(?:(?:\.[0-9a-f-]{36})?\.parquet|\.[0-9a-f-]{36}\.json)$/
const PART = /^(\d{20})\.checkpoint\.(\d{10})\.(\d{10})\.parquet$/

export interface LogPlan {
  version: number
  newest: number
  oldest: number
  /** File names, empty when the commits reach back to the first version. */
  checkpoint: string[]
  commits: string[]
}

export interface LogFiles {
  /** In order. */
  commits: number[]
  /** Complete ones only. */
  checkpoints: Map<number, string[]>
}

export function sortLogFiles(names: readonly string[]): LogFiles {
  const commits: number[] = []
  const checkpoints = new Map<number, string[]>()
  const parts = new Map<string, string[]>()
  for (const name of names) {
    const commit = COMMIT.exec(name)
    const whole = WHOLE.exec(name)
    const part = PART.exec(name)
    if (commit !== null) commits.push(Number(commit[1]))
    else if (whole !== null) checkpoints.set(Number(whole[1]), [name])
    else if (part !== null) {
      const key = `${part[1]}/${part[3]}`
      const found = [...(parts.get(key) ?? []), name]
      parts.set(key, found)
      if (found.length === Number(part[3])) checkpoints.set(Number(part[1]), found.toSorted())
    }
  }
  return { commits: commits.sort((a, b) => a - b), checkpoints }
}

export const commitName = (version: number): string => `${String(version).padStart(20, '0')}.json`

/** The newest version when none is given. */
export function planLog(names: readonly string[], wanted: number | null): Outcome<LogPlan, 'not-found' | 'version-missing'> {
  const { commits, checkpoints } = sortLogFiles(names)
  const newest = Math.max(commits.at(-1) ?? -1, ...checkpoints.keys())
  if (newest < 0) return refuse('not-found', 'There is no such table.')
  const version = wanted ?? newest
  const there = new Set(commits)
  const startOf = (end: number): number | null => {
    for (let at = end; at >= 0; at -= 1) {
      if (checkpoints.has(at)) return at
      if (!there.has(at)) return null
      if (at === 0) return -1
    }
    return null
  }
  const oldest = oldestReadable(commits, checkpoints, newest)
  const start = version > newest ? null : startOf(version)
  if (start === null) {
    return refuse('version-missing', version > newest ? `The table has no version ${version}; its newest is ${newest}.` : `Version ${version} can no longer be read: its log was cleaned up. The oldest that can is ${oldest}.`)
  }
  return accept({
    version, newest, oldest,
    checkpoint: checkpoints.get(start) ?? [],
    commits: Array.from({ length: version - Math.max(start, -1) }, (_, at) => commitName(start + 1 + at)),
  })
}

/** The first version of the unbroken stretch that ends with the newest. */
function oldestReadable(commits: readonly number[], checkpoints: ReadonlyMap<number, string[]>, newest: number): number {
  const there = new Set(commits)
  let oldest = newest
  for (let at = newest; at >= 0; at -= 1) {
    if (checkpoints.has(at) || at === 0) oldest = at
    if (!there.has(at)) break
  }
  return oldest
}
