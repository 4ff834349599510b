/** The log of a kernel, which is named by it: of its start, and of what it writes beside what its cells show. */
import { join } from 'node:path'
import { isUuid, type KernelId } from '#lib/domain/ids.ts'

export const logFile = (folder: string, id: KernelId): string => join(folder, `kernel-${id}.log`)

/** Null for what is no kernel's: of the process that makes them, or of one that waits in the pool. */
export function kernelOfLog(name: string): KernelId | null {
  const id = /^kernel-(.+)\.log$/.exec(name)?.[1]
  return id !== undefined && isUuid(id) ? (id as KernelId) : null
}
