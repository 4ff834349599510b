/**
 * Applies an update to a live document. It is read to its end first, so that a broken one changes
 * nothing. What Yjs would keep waiting for missing pieces is taken out again: the document never waits for anybody,
 * and one client's gap is no other client's trouble (`isIncomplete`: the caller asks that client for the rest).
 */
import * as Y from 'yjs'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'
import { readUpdate, type ReadUpdate } from './read-update.ts'

export type Guard = (update: DecodedUpdate) => boolean

export type Applied =
  | { kind: 'malformed' }
  /** More pieces than one change may have. */
  | { kind: 'too-many' }
  /** The guard said no; nothing was changed. */
  | { kind: 'forbidden' }
  /** The update read well but could not be joined: the document may be half-changed and must be thrown away. */
  | { kind: 'broken'; error: unknown }
  | { kind: 'applied'; decoded: DecodedUpdate; changes: Uint8Array[]; isIncomplete: boolean }

/** With a guard it is applied only if that allows it. `read`: as it was read before. */
export function applyUpdate(doc: Y.Doc, update: Uint8Array, isAllowed?: Guard, read: ReadUpdate = readUpdate(update)): Applied {
  if (read.kind !== 'sound') return read
  const { decoded } = read
  if (isAllowed !== undefined && !isAllowed(decoded)) return { kind: 'forbidden' }
  const changes: Uint8Array[] = []
  const onUpdate = (change: Uint8Array): void => void changes.push(change)
  doc.on('update', onUpdate)
  try {
    Y.applyUpdate(doc, update)
  } catch (error) {
    return { kind: 'broken', error }
  } finally {
    doc.off('update', onUpdate)
  }
  const { store } = doc
  const isIncomplete = store.pendingStructs !== null || store.pendingDs !== null
  store.pendingStructs = null
  store.pendingDs = null
  return { kind: 'applied', decoded, changes, isIncomplete }
}
