/**
 * Compaction: the updates of a document become one snapshot, built from what is stored and nothing else, so that it
 * does not matter which process does it or what it has in memory. If the stored pieces do not fit together, they stay.
 * Rows say who wrote what and a snapshot does not, so a version takes note of them first.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Database, Sql } from '../store/client.ts'
import { recordVersion } from '../versions/record-version.ts'
import { replayDocument } from '../versions/replay-document.ts'
import { writeSnapshot } from './document-store.ts'
import { encodeSnapshot } from './snapshot-encoding.ts'

const ATTEMPTS = 3

/** Does nothing while fewer than `minRows` updates wait. */
export async function compactDocument(deps: { sql: Sql; db: Database }, notebookId: NotebookId, minRows: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const replay = await replayDocument(deps.sql, notebookId)
    if (replay === null) return
    try {
      if (replay.rows < minRows || !replay.isWhole) return
      const seen = replay.hasNews ? await recordVersion(deps, replay, { cause: 'auto' }) : null
      if (seen === 'moved') continue
      return await writeSnapshot(deps.sql, replay.head, encodeSnapshot(replay.doc), replay.lastId)
    } finally {
      replay.doc.destroy()
    }
  }
}
