/**
 * Watches what the notebooks of this worker's kernels keep on the disk [B10]. One whose files go over the limit loses the
 * kernel that writes them, with a sentence, before the disk is full for everybody. What is there already when a kernel
 * starts may be more than the limit: then it may not grow, so that cells can still tidy up.
 */
import type { KernelId, NotebookId } from '#lib/domain/ids.ts'
import { listLiveKernels, type KernelRow } from '#server/compute/kernel-store.ts'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import type { Kernel } from '../kernels/kernels.ts'
import { readUsage } from '../processes/usage.ts'
import { folderBytes, openBytes } from './measure-files.ts'
import { foldersOf, removeTemporaryFolders } from './notebook-folders.ts'

const LOOK_EVERY_MS = 3000
/** Small things that a kernel writes by itself end nobody. */
const SLACK_BYTES = 16 * 2 ** 20

export interface DiskWatch {
  watch(id: KernelId, kernel: Kernel): void
  close(): Promise<void>
}

export function createDiskWatch(deps: { db: Database; log: Log; now: () => Date; dataDir: string; limitBytes: number | null }): DiskWatch {
  const { dataDir, limitBytes } = deps
  /** With the least that its notebook had while it lived. */
  const held = new Map<KernelId, { kernel: Kernel; least: number }>()
  let current: Promise<void> = Promise.resolve()
  let isLooking = false

  const look = () => {
    if (isLooking) return
    isLooking = true
    current = lookOnce().catch((error: unknown) => deps.log.warn({ err: error }, 'the disk could not be looked at; it is tried again')).finally(() => (isLooking = false))
  }

  async function lookOnce(): Promise<void> {
    const live = await listLiveKernels(deps.db, hostName())
    await removeTemporaryFolders(dataDir, live.map((row) => row.notebookId), deps.now())
    const mine = Map.groupBy(live.filter((row) => held.has(row.id)), (row) => row.notebookId)
    if (limitBytes !== null) for (const [notebookId, rows] of mine) await guard(notebookId, rows, limitBytes)
  }

  async function guard(notebookId: NotebookId, rows: readonly KernelRow[], limit: number): Promise<void> {
    const folders = foldersOf(dataDir, notebookId)
    const inFolders = await folderBytes(folders)
    if (inFolders === null) return
    const family = readUsage(new Set(rows.map((row) => row.pid)), { pageBytes: 0, tickMs: 0 })
    const bytes = inFolders + openBytes([...family.values()].flatMap((usage) => usage.pids), folders)
    const kernels = rows.flatMap((row) => held.get(row.id) ?? [])
    for (const one of kernels) one.least = Math.min(one.least, bytes)
    if (bytes <= Math.max(limit, Math.min(...kernels.map((one) => one.least))) + SLACK_BYTES) return
    const atWork = rows.filter((row) => row.state === 'busy')
    for (const { id } of atWork.length > 0 ? atWork : rows) held.get(id)?.kernel.kill({ kind: 'disk', bytes, limitBytes: limit })
  }

  const timer = setInterval(() => held.size > 0 && look(), LOOK_EVERY_MS)
  timer.unref()
  return {
    watch(id, kernel) {
      held.set(id, { kernel, least: Infinity })
      // What is there before its first cell has written anything; a look that is under way may not know of it.
      void current.then(look)
      void kernel.ended.then(() => held.delete(id))
    },
    close() {
      clearInterval(timer)
      return current
    },
  }
}
