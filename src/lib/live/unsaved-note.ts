/**
 * Unsaved note: which cells of a copy (local-copy.ts) have edits that were never saved. A copy that is found beside another
 * history (left-behind.ts) would otherwise be silent about them. Tabs of one person share the copy, so each tab has a note
 * of its own: one that has saved all must not speak for another that is cut off. What a tab finds when it opens it sends
 * with its own edits, and takes those notes away once that is saved, unless their tab has written more meanwhile.
 */
import { del, get, getAllKeysValues, put, transact } from 'lib0/indexeddb'
import type { IndexeddbPersistence } from 'y-indexeddb'
import { isCellId, type CellId } from '#lib/domain/ids.ts'

/** The note of no tab in particular, as a copy is filled with it. A tab's own has a number behind it. */
export const UNSAVED = 'unsaved'
/** What is saved within this time, as nearly everything is, is never noted. */
const NOTE_AFTER_MS = 300

export interface FoundNote {
  key: string
  cells: CellId[]
  /** As it stood there, to know whether its tab has written again. */
  text: string
}

/** All notes of an open copy. */
export async function readNotes(copy: IndexeddbPersistence): Promise<FoundNote[]> {
  if (copy.db === null) return []
  const [custom] = transact(copy.db, ['custom'], 'readonly')
  const all = (await getAllKeysValues(custom!)) as { k: unknown; v: unknown }[]
  return all.flatMap(({ k: key, v: value }) => (typeof key === 'string' && key.startsWith(UNSAVED) ? [{ key, cells: cellsOf(value), text: JSON.stringify(value) }] : []))
}

function cellsOf(value: unknown): CellId[] {
  const ids: unknown = Array.isArray(value) ? value : (value as { cells?: unknown } | null)?.cells
  return Array.isArray(ids) ? ids.filter((id): id is CellId => typeof id === 'string' && isCellId(id)) : []
}

export const cellsNoted = (notes: readonly FoundNote[]): CellId[] => [...new Set(notes.flatMap(({ cells }) => cells))]

export interface UnsavedNote {
  /** What other tabs said in the copy when it was read is this tab's to save, and to take away then. Answers their cells. */
  adopt: (notes: readonly FoundNote[]) => CellId[]
  /** Somebody edited, or `unsaved` is another. */
  changed: () => void
  /** Of all that it stands for: its own and the adopted. */
  keys: () => string[]
  stop: () => void
}

/** Keeps this tab's note up to date. `tab`: a number that no other tab has. */
export function noteUnsaved(copy: IndexeddbPersistence, tab: number, unsaved: ReadonlySet<CellId>): UnsavedNote {
  const key = `${UNSAVED}-${tab}`
  let adopted: readonly FoundNote[] = []
  let edits = 0
  let noted = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (unsaved.size > 0) {
      if (noted !== edits) void putNote(copy, key, { cells: [...unsaved], edits })
      noted = edits
      return
    }
    if (noted !== 0) void dropNote(copy, key)
    for (const note of adopted) void dropNote(copy, note.key, note.text)
    noted = 0
    adopted = []
  }
  addEventListener('pagehide', write)
  return {
    adopt: (notes) => {
      adopted = notes.filter((note) => note.key !== key)
      return cellsNoted(adopted)
    },
    changed: () => {
      edits += 1
      timer ??= setTimeout(write, NOTE_AFTER_MS)
    },
    keys: () => [key, ...adopted.map((note) => note.key)],
    stop: () => {
      removeEventListener('pagehide', write)
      write()
    },
  }
}

// Where there is no room for a note, or the copy is closed, there was none for the edits either.
async function putNote({ db }: IndexeddbPersistence, key: string, value: unknown): Promise<void> {
  try {
    const [custom] = db === null ? [] : transact(db, ['custom'])
    if (custom !== undefined) await put(custom, value as never, key)
  } catch { /* see above */ }
}

/** With `text`: only where it still says that. */
async function dropNote({ db }: IndexeddbPersistence, key: string, text?: string): Promise<void> {
  try {
    const [custom] = db === null ? [] : transact(db, ['custom'])
    if (custom === undefined) return
    if (text === undefined || JSON.stringify(await get(custom, key)) === text) await del(custom, key)
  } catch { /* see above */ }
}
