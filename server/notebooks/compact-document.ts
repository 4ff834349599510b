/**
 * Compaction: the updates of a document become one snapshot, built from what is stored and nothing else, so that it
 * does not matter which process does it or what it has in memory. If the stored pieces do not fit together, they stay.
 */
import * as Y from 'yjs'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Sql } from '../store/client.ts'
import { BEFORE_EVERYTHING, readHead, readPieces, writeSnapshot } from './document-store.ts'

/** Does nothing while fewer than `minRows` updates wait. */
export async function compactDocument(sql: Sql, notebookId: NotebookId, minRows: number): Promise<void> {
  const head = await readHead(sql, notebookId)
  if (head === null) return
  const { pieces, rows, lastId } = await readPieces(sql, notebookId, head.epoch, BEFORE_EVERYTHING)
  const state = rows < minRows ? null : mergePieces(pieces)
  if (state !== null) await writeSnapshot(sql, head, state, lastId)
}

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
