/**
 * The copy of a document in this browser (IndexedDB), so that typing survives a closed tab and a long time offline.
 * Keyed by notebook and epoch: a copy of another history is never merged into this one. Browsers without IndexedDB
 * (some private windows) work without.
 */
import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'

export function keepLocalCopy(doc: Y.Doc, notebookId: string, epoch: number): IndexeddbPersistence | null {
  if (typeof indexedDB === 'undefined') return null
  return new IndexeddbPersistence(`dataharbour-notebook-${notebookId}-${epoch}`, doc)
}

/** Resolves when it is gone for good; the library's own way does not wait for that. */
export async function forgetLocalCopy(copy: IndexeddbPersistence): Promise<void> {
  await copy.destroy()
  await new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase(copy.name)
    for (const end of ['success', 'error', 'blocked']) request.addEventListener(end, () => resolve())
  })
}
