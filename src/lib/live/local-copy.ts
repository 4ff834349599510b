/**
 * The copy of a document in this browser (IndexedDB), so that typing survives a closed tab and a long time offline.
 * Keyed by notebook, person and epoch: what one person typed offline is never sent in the name of who signs in next, and a
 * copy of another history is never merged into this one. It says which cells have edits that were never saved: a copy
 * that is found beside another history (left-behind.ts) would otherwise be silent about them. Browsers without IndexedDB
 * (some private windows) work without.
 */
import { createStores, openDB, transact } from 'lib0/indexeddb'
import { IndexeddbPersistence } from 'y-indexeddb'
import { isCellId, type CellId } from '#lib/domain/ids.ts'
import type * as Y from 'yjs'

const UNSAVED = 'unsaved'
/** What is saved within this time, as nearly everything is, is never noted. */
const NOTE_AFTER_MS = 300
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

/** The cells with edits that were not saved when it was last noted. */
export async function readUnsaved(copy: IndexeddbPersistence): Promise<CellId[]> {
  const ids: unknown = await copy.get(UNSAVED)
  return Array.isArray(ids) ? ids.filter((id): id is CellId => typeof id === 'string' && isCellId(id)) : []
}

export interface UnsavedNote {
  /** What the copy said when it was opened. */
  was: (ids: readonly CellId[]) => void
  /** `unsaved` is another. */
  changed: () => void
  stop: () => void
}

/** Keeps the note in the copy up to date. */
export function noteUnsaved(copy: IndexeddbPersistence, unsaved: ReadonlySet<CellId>): UnsavedNote {
  let noted = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    const ids = [...unsaved]
    if (ids.join() === noted) return
    noted = ids.join()
    // Where there is no room for a note there was none for the edits either.
    void copy.set(UNSAVED, ids as never).catch(() => undefined)
  }
  addEventListener('pagehide', write)
  return {
    was: (ids) => void (noted = ids.join()),
    changed: () => void (timer ??= setTimeout(write, NOTE_AFTER_MS)),
    stop: () => {
      removeEventListener('pagehide', write)
      write()
    },
  }
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

/** Puts another document in the place of what an open copy holds. The copy is closed. */
export async function refillCopy(copy: IndexeddbPersistence, state: Uint8Array, unsaved: readonly CellId[]): Promise<void> {
  await copy.destroy()
  await fillCopy(copy.name, state, unsaved)
}

/** Puts a document in the place of what a copy holds, if there is one, at once: a crash, or a browser with no room, leaves what was there. Resolves when it is kept. */
export async function fillCopy(name: string, state: Uint8Array, unsaved: readonly CellId[]): Promise<void> {
  // As the library makes it: it is new, or another tab has dropped it meanwhile.
  const db = await openDB(name, (made) => createStores(made, [['updates', { autoIncrement: true }], ['custom']]))
  try {
    const [updates, custom] = transact(db, ['updates', 'custom'])
    updates?.clear()
    updates?.add(state)
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
