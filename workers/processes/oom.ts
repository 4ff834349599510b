/**
 * Whether the system itself ends processes because memory has run out, and of how much: by the counters of our control
 * group where there is one (a container), else of the machine. A process cannot tell that from another SIGKILL.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface OomWatch {
  /** To be called now and then: what was killed before is not this time's. */
  look(): void
  /** Whether anything was killed for memory since the last look. */
  hasStruck(): boolean
  /** What there is for all together; null where nobody tells. */
  totalBytes(): number | null
}

/** `root` is where /proc and /sys are. */
export function watchOom(root = '/'): OomWatch {
  const read = (...path: string[]): string | null => {
    try {
      return readFileSync(join(root, ...path), 'utf8')
    } catch {
      return null
    }
  }
  const group = /^0::(\/\S*)$/m.exec(read('proc/self/cgroup') ?? '')?.[1] ?? '/'
  const ofGroup = (file: string) => read('sys/fs/cgroup', group, file) ?? read('sys/fs/cgroup', file)
  const count = (): number => {
    const told = [ofGroup('memory.events'), read('proc/vmstat')].map((text) => Number(/^oom_kill (\d+)$/m.exec(text ?? '')?.[1] ?? 0))
    return Math.max(...told)
  }
  let seen = count()
  return {
    look: () => void (seen = count()),
    hasStruck: () => count() > seen,
    totalBytes() {
      const ofContainer = Number(ofGroup('memory.max'))
      const ofMachine = Number(/^MemTotal:\s+(\d+) kB$/m.exec(read('proc/meminfo') ?? '')?.[1] ?? 0) * 1024
      const known = [ofContainer, ofMachine].filter((bytes) => bytes > 0)
      return known.length === 0 ? null : Math.min(...known)
    },
  }
}
