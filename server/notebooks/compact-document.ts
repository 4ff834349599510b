/**
 * Compaction: the updates of a document become one snapshot, built from what is stored and nothing else, so that it
 * does not matter which process does it or what it has in memory. If the stored pieces do not fit together, they stay.
 * Rows say who wrote what and a snapshot does not, so a version takes note of them first.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Database, Sql } from '../store/client.ts'
import { recordVersion } from '../versions/record-version.ts'
import { replayDocument } from '../versions/replay-document.ts'
import { countLog, writeSnapshot, type LoggedRows } from './document-store.ts'
import { encodeSnapshot } from './snapshot-encoding.ts'

const ATTEMPTS = 3

/**
 * Answers how many of the updates that it found still wait: none when a snapshot has them now. Does nothing while fewer
 * than `minRows` wait. `onRead` hears which rows the snapshot would swallow, while they are still there.
 */
export async function compactDocument(deps: { sql: Sql; db: Database }, notebookId: NotebookId, minRows: number, onRead?: (log: LoggedRows) => void): Promise<number> {
  let left = await countLog(deps.sql, notebookId)
  // Another process was quicker: nothing is read for that.
  if (left < minRows) return left
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const replay = await replayDocument(deps.sql, notebookId)
    if (replay === null) return 0
    left = replay.log.ids.length
    try {
      if (left < minRows || !replay.isWhole) return left
      onRead?.(replay.log)
      const seen = replay.hasNews ? await recordVersion(deps, replay, { cause: 'auto' }) : null
      if (seen === 'moved') continue
      await writeSnapshot(deps.sql, replay.head, encodeSnapshot(replay.doc), replay.lastId)
      return 0
    } finally {
      replay.doc.destroy()
    }
  }
  return left
}
