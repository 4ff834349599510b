/**
 * The most memory of one kernel, in bytes; null for none. Where nobody has set it that is half of what the machine or its
 * container has: what one notebook takes by mistake must not end the database, Spark or everybody else's kernels.
 */
import { watchOom } from '../processes/oom.ts'

export function memoryLimit(setting: number | 'half' | null, machine: { totalBytes(): number | null } = watchOom()): number | null {
  if (setting !== 'half') return setting
  const total = machine.totalBytes()
  return total === null ? null : Math.floor(total / 2)
}
