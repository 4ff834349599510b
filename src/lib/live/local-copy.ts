/**
 * The copy of a document in this browser (IndexedDB), so that typing survives a closed tab and a long time offline.
 * Keyed by notebook, person and epoch: what one person typed offline is never sent in the name of who signs in next, and a
 * copy of another history is never merged into this one. Which of its cells have edits that were never saved is noted in it
 * (unsaved-note.ts). Tabs of one person share a copy. Browsers without IndexedDB (some private windows) work without.
 */
import { createStores, openDB, transact } from 'lib0/indexeddb'
import { IndexeddbPersistence } from 'y-indexeddb'
import type { CellId } from '#lib/domain/ids.ts'
import type * as Y from 'yjs'
import { UNSAVED } from './unsaved-note.ts'

/** `abort` is of a transaction: it comes up to its database. */
const ENDS_OF_COPY = ['abort', 'close', 'versionchange']

/** `person`: their id; empty for guests. */
export interface CopyOf {
  notebookId: string
  person: string
}

export const copyPrefix = ({ notebookId, person }: CopyOf): string => `dataharbour-notebook-${notebookId}-${person}-`
export const copyName = (of: CopyOf, epoch: number | string): string => `${copyPrefix(of)}${epoch}`

export function keepLocalCopy(doc: Y.Doc, of: CopyOf, epoch: number | string): IndexeddbPersistence | null {
  if (typeof indexedDB === 'undefined') return null
  return new IndexeddbPersistence(copyName(of, epoch), doc)
}

/** Tells once when an open copy takes nothing more: no room left, or cleared, or dropped by another tab. What is missing in it is never made up for. */
export function watchCopy(copy: IndexeddbPersistence, onLost: () => void): void {
  const lost = (): void => {
    for (const end of ENDS_OF_COPY) copy.db?.removeEventListener(end, lost)
    // It would go on to write, and each edit would fail with it.
    void copy.destroy()
    onLost()
  }
  for (const end of ENDS_OF_COPY) copy.db?.addEventListener(end, lost)
}

/** Puts another document in the place of what an open copy holds. The copy is closed. `notes`: the keys of those that `unsaved` stands for. */
export async function refillCopy(copy: IndexeddbPersistence, state: Uint8Array, unsaved: readonly CellId[], notes: readonly string[]): Promise<void> {
  await copy.destroy()
  await fillCopy(copy.name, state, unsaved, notes)
}

/** Puts a document in the place of what a copy holds, if there is one, at once: a crash, or a browser with no room, leaves what was there. Resolves when it is kept. */
export async function fillCopy(name: string, state: Uint8Array, unsaved: readonly CellId[], notes: readonly string[] = []): Promise<void> {
  // As the library makes it: it is new, or another tab has dropped it meanwhile.
  const db = await openDB(name, (made) => createStores(made, [['updates', { autoIncrement: true }], ['custom']]))
  try {
    const [updates, custom] = transact(db, ['updates', 'custom'])
    updates?.clear()
    updates?.add(state)
    for (const key of notes) custom?.delete(key)
    custom?.put([...unsaved], UNSAVED)
    await new Promise((resolve, reject) => {
      updates?.transaction.addEventListener('complete', resolve)
      updates?.transaction.addEventListener('abort', reject)
    })
  } finally {
    db.close()
  }
}

/** Resolves when it is gone for good; the library's own way does not wait for that. */
export async function forgetLocalCopy(copy: IndexeddbPersistence): Promise<void> {
  // One that never opened cannot be closed.
  await copy.destroy().catch(() => undefined)
  await new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase(copy.name)
    for (const end of ['success', 'error', 'blocked']) request.addEventListener(end, () => resolve())
  })
}
