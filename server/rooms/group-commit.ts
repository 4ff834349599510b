/**
 * Group commit: the batches of all rooms of this process that are due at the same time go to Postgres as one statement,
 * whole or not at all. A few statements are on their way at once, so one slow commit does not hold up the next. What
 * failed is tried again by its room, alone: one notebook that cannot be stored does not keep others from it.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { NewUpdate, UpdateBatch } from '../notebooks/document-store.ts'
import { inTime } from './in-time.ts'
import type { Turn } from './turn.ts'

export interface GroupCommit {
  /** The last id; null when the notebook is gone or has another epoch. A room asks for one batch at a time. */
  write(notebookId: NotebookId, epoch: number, updates: NewUpdate[]): Promise<number | null>
}

interface Due extends UpdateBatch {
  resolve: (lastId: number | null) => void
  reject: (error: unknown) => void
}

const AT_ONCE = 3
const GROUP_ROWS = 500
const GROUP_BYTES = 4 * 1024 * 1024
/** Some of them never commit again. One that is forgotten goes with others once more, nothing worse. */
const FAILED_MAX = 1_000

export function createGroupCommit(turn: Turn, append: (batches: UpdateBatch[]) => Promise<Map<NotebookId, number>>): GroupCommit {
  const failed = new Set<NotebookId>()
  const due: Due[] = []
  let isDue = false
  let running = 0

  const run = async (group: Due[]): Promise<void> => {
    running += 1
    try {
      const lastIds = await inTime(append(group))
      for (const { notebookId, resolve } of group) {
        failed.delete(notebookId)
        resolve(lastIds.get(notebookId) ?? null)
      }
    } catch (error) {
      for (const { notebookId, reject } of group) {
        failed.add(notebookId)
        const [eldest] = failed
        if (failed.size > FAILED_MAX && eldest !== undefined) failed.delete(eldest)
        // Whose the fault is, is known of a batch alone only.
        reject(group.length === 1 ? error : new Error('A commit of several notebooks failed.', { cause: error }))
      }
    } finally {
      running -= 1
      start()
    }
  }
  const start = (): void => {
    isDue = false
    while (due.length > 0 && running < AT_ONCE) void run(due.splice(0, sizeOfGroup(due, failed)))
  }

  return {
    write: (notebookId, epoch, updates) => new Promise((resolve, reject) => {
      // The room has given up on one that still waits and asks anew for the same: while the database hangs, the line would grow and be written again and again.
      const given = due.findIndex((one) => one.notebookId === notebookId)
      if (given >= 0) due.splice(given, 1)
      due.push({ notebookId, epoch, updates, resolve, reject })
      if (isDue) return
      isDue = true
      turn.later('store', start)
    }),
  }
}

function sizeOfGroup(due: Due[], failed: ReadonlySet<NotebookId>): number {
  let [rows, bytes, size] = [0, 0, 0]
  for (const { notebookId, updates } of due) {
    rows += updates.length
    bytes += updates.reduce((sum, { update }) => sum + update.byteLength, 0)
    const isAlone = failed.has(notebookId)
    if (size > 0 && (isAlone || rows > GROUP_ROWS || bytes > GROUP_BYTES)) return size
    size += 1
    if (isAlone) return size
  }
  return size
}
