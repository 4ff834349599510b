/**
 * Write copy: puts what happens to a document into its copy (local-copy.ts) and keeps that short, in the place of the library's own
 * listener. That one writes a row for each letter of everybody and makes one row of them when nobody has typed for a second: in a busy
 * room never, and the next visit reads an hour of letters one by one. Here an edit of this tab is written at once, behind all that
 * it may build on; what comes from the server, which has it, is gathered for a second. Of many rows one is made, of the whole document,
 * in the place of those that this tab has written or read, which are all in it. What other tabs wrote since stays as it is: it
 * would have to be read, and be sent from here then, also what the server refuses.
 */
import type { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'

const GATHER_MS = 1_000
/** Merging takes longer than in proportion. */
const GATHERED_MAX = 200
/** So many are read in a moment at the next visit. */
const ROWS_MAX = 500
/** Each time the whole document is written. */
const TRIM_EVERY_MS = 5_000

export interface CopyWriter {
  /** Writes what is gathered: without a line the copy is all there is. */
  flush: () => void
  /** With all written. */
  stop: () => void
}

/** Begins before the copy is open. `isOfServer` is asked of an update's origin. */
export function writeCopy(copy: IndexeddbPersistence, isOfServer: (origin: unknown) => boolean): CopyWriter {
  const { doc } = copy
  /** The keys of the rows that this tab has written, in order. */
  let written: number[] = []
  let hasTrimmed = false
  let rowsMax = ROWS_MAX
  let gathered: Uint8Array[] = []
  let gathering: ReturnType<typeof setTimeout> | undefined
  let trimming: ReturnType<typeof setTimeout> | undefined

  const openRows = (): IDBObjectStore | null => {
    // Before it is open nothing is missed: it opens with the document as it is then.
    if (copy.db === null || copy._destroyed) return null
    try {
      return copy.db.transaction('updates', 'readwrite').objectStore('updates')
    } catch {
      // Closed by the browser; watchCopy tells.
      return null
    }
  }
  const hasMany = (): boolean => written.length + (hasTrimmed ? 0 : copy._dbsize) > rowsMax

  const store = (update: Uint8Array): void => {
    const rows = openRows()
    if (rows === null) return
    const request = rows.add(update)
    // Not sooner: the key of a row that is not kept after all becomes that of another tab's.
    rows.transaction.addEventListener('complete', () => {
      written.push(request.result as number)
      if (hasMany()) trimSoon()
    })
  }
  const flush = (): void => {
    if (gathered.length > 0) store(Y.mergeUpdates(gathered))
    gathered = []
  }
  const gather = (update: Uint8Array): void => {
    gathered.push(update)
    if (gathering !== undefined && gathered.length < GATHERED_MAX) return
    flush()
    gathering ??= setTimeout(gatherOn, GATHER_MS)
  }
  const gatherOn = (): void => {
    gathering = gathered.length > 0 ? setTimeout(gatherOn, GATHER_MS) : undefined
    flush()
  }

  const trimSoon = (): void => void (trimming ??= setTimeout(trim, TRIM_EVERY_MS))
  const trim = (): void => {
    trimming = undefined
    const rows = hasMany() ? openRows() : null
    if (rows === null) return
    const before = written
    written = []
    const request = rows.add(Y.encodeStateAsUpdate(doc))
    rows.delete(IDBKeyRange.upperBound(copy._dbref, true))
    for (const [first, last] of runsOf(before)) rows.delete(IDBKeyRange.bound(first, last))
    rows.transaction.addEventListener('complete', () => {
      written.unshift(request.result as number)
      hasTrimmed = true
      rowsMax = ROWS_MAX
    })
    rows.transaction.addEventListener('abort', (event) => {
      // No room for the whole document, perhaps for the next letter: nothing is lost yet, as watchCopy would say.
      event.stopPropagation()
      written = [...before, ...written]
      rowsMax *= 2
    })
  }

  const onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (copy._destroyed) return
    if (isOfServer(origin)) return gather(update)
    flush()
    if (origin !== copy) store(update)
  }

  doc.off('update', copy._storeUpdate)
  doc.on('update', onUpdate)
  copy.once('synced', trimSoon)
  addEventListener('pagehide', flush)
  const stop = (): void => {
    flush()
    clearTimeout(gathering)
    clearTimeout(trimming)
    doc.off('update', onUpdate)
    removeEventListener('pagehide', flush)
  }
  return { flush, stop }
}

/** The first and the last of neighbours, which go at once. */
function runsOf(keys: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const key of keys) {
    const run = runs.at(-1)
    if (run?.[1] === key - 1) run[1] = key
    else runs.push([key, key])
  }
  return runs
}
