/**
 * Compaction: the updates of a document become one snapshot, built from what is stored and nothing else, so that it
 * does not matter which process does it or what it has in memory. If the stored pieces do not fit together, they stay.
 */
import * as Y from 'yjs'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Sql } from '../store/client.ts'
import { replaceBySnapshot } from './document-store.ts'

export const compactDocument = (sql: Sql, notebookId: NotebookId, minRows: number): Promise<boolean> =>
  replaceBySnapshot(sql, notebookId, minRows, mergePieces)

function mergePieces(pieces: Uint8Array[]): Uint8Array | null {
  const doc = documentOf(pieces)
  const isWhole = doc.store.pendingStructs === null && doc.store.pendingDs === null
  const state = isWhole ? Y.encodeStateAsUpdate(doc) : null
  doc.destroy()
  return state
}

export function documentOf(pieces: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => pieces.forEach((piece) => Y.applyUpdate(doc, piece)))
  return doc
}
