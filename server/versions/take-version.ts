/**
 * Takes a version of a notebook as it is stored now. By itself it makes one only when something changed since the newest;
 * with a name, or before a restore, the newest one says so if its text is the same.
 */
import type * as Y from 'yjs'
import type { NotebookId, VersionId } from '#lib/domain/ids.ts'
import type { Database, Sql } from '../store/client.ts'
import { recordVersion, type VersionAsk } from './record-version.ts'
import { replayDocument } from './replay-document.ts'

const ATTEMPTS = 5

/**
 * Null when there is nothing to take: no such notebook, or no change since the newest version. `use` gets the document
 * that the version was read from, and may change it: it is nobody else's and is gone afterwards.
 */
export async function takeVersion(deps: { sql: Sql; db: Database }, notebookId: NotebookId, ask: VersionAsk = { cause: 'auto' }, use?: (doc: Y.Doc) => Promise<void>): Promise<VersionId | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const replay = await replayDocument(deps.sql, notebookId)
    if (replay === null) return null
    try {
      if (ask.cause === 'auto' && !replay.hasNews) return null
      const recorded = await recordVersion(deps, replay, ask)
      if (recorded === 'moved') continue
      await use?.(replay.doc)
      return recorded
    } finally {
      replay.doc.destroy()
    }
  }
  throw new Error(`Versions of notebook ${notebookId} are taken faster than one can be written.`)
}
