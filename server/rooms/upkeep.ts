/**
 * What a room does for its notebook behind its people's backs: keeps the log short, takes versions, and writes the title
 * where lists find it. None of it may hold up an edit or is lost with the room: whoever loads the notebook next does it.
 */
import type * as Y from 'yjs'
import { readTitle } from '#lib/document/read-notebook.ts'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Log } from '../log.ts'
import { compactDocument } from '../notebooks/compact-document.ts'
import { mirrorTitle, type LoggedRows } from '../notebooks/document-store.ts'
import type { Database, Sql } from '../store/client.ts'
import { takeVersion } from '../versions/take-version.ts'
import { inTime } from './in-time.ts'
import { createVersionClock, type VersionTimes } from './version-clock.ts'

export interface UpkeepPort {
  sql: Sql
  db: Database
  log: Log
  versionTimes: VersionTimes
}

export interface Upkeep {
  /** So many rows are in the log that were not counted yet. */
  count(rows: number): void
  /** The document was edited, and the edit is stored. */
  edited(): void
  /** Whether so many rows more need `makeSpace` first: a cold load replays at most 500 updates. */
  isFullWith(rows: number): boolean
  makeSpace(): Promise<void>
  stop(): void
  /** At the end: the title and one snapshot, and nothing in the log. The document may be destroyed meanwhile. */
  finish(): Promise<void>
}

/** Compaction begins early, and before the rest is used up a write waits for it. */
const COMPACT_AFTER_ROWS = 300
const ROWS_MAX = 450
const COMPACT_LEAST_ROWS = 100
const COMPACT_WITHIN_MS = 60_000
/** Shorter than the journal waits for a write: where compaction fails, the log grows rather than edits stand still. */
const SPACE_WITHIN_MS = 3_000
/** Before the next try when one failed, twice as long each time: the whole document is read for it. */
const REST_FIRST_MS = 1_000
const REST_MAX_MS = 60_000
const MIRROR_AFTER_MS = 1_000

/** `rows`: updates in the log, of every process; rather too many than too few. `onLogRead`: before they become a snapshot. */
export function createUpkeep(port: UpkeepPort, notebookId: NotebookId, doc: Y.Doc, rows: number, onLogRead: (log: LoggedRows) => void): Upkeep {
  let mirrorTimer: ReturnType<typeof setTimeout> | null = null
  let compacting: Promise<void> | null = null
  let restMs = 0
  let restTimer: ReturnType<typeof setTimeout> | null = null
  let isStopped = false

  const failed = (what: string) => (error: unknown): void => port.log.warn({ err: error, notebookId }, what)
  const versions = createVersionClock(() => {
    inTime(takeVersion(port, notebookId), COMPACT_WITHIN_MS).catch(failed('no version was taken'))
  }, port.versionTimes)
  const stopMirror = (): void => {
    if (mirrorTimer !== null) clearTimeout(mirrorTimer)
    mirrorTimer = null
  }
  const mirror = (): void => {
    stopMirror()
    mirrorTitle(port.sql, notebookId, readTitle(doc)).catch(failed('the title was not mirrored'))
  }
  const compactNow = async (leastRows: number): Promise<boolean> => {
    const before = rows
    try {
      const left = await inTime(compactDocument(port, notebookId, leastRows, onLogRead), COMPACT_WITHIN_MS)
      rows = left + Math.max(0, rows - before)
      if (left < leastRows) return true
      port.log.warn({ notebookId, rows: left }, 'the document was not compacted: its updates do not fit together, or versions of it are taken too fast')
    } catch (error) {
      failed('the document was not compacted')(error)
    }
    return false
  }
  const tryToCompact = async (): Promise<void> => {
    if (restMs > 0) await new Promise<void>((resolve) => void (restTimer = setTimeout(resolve, restMs)))
    const isDone = await compactNow(COMPACT_LEAST_ROWS)
    restMs = isDone ? 0 : Math.min(Math.max(2 * restMs, REST_FIRST_MS), REST_MAX_MS)
    compacting = null
    if (!isDone) void compact()
  }
  const compact = (): Promise<void> => (isStopped ? Promise.resolve() : (compacting ??= tryToCompact()))
  const stop = (): void => {
    isStopped = true
    stopMirror()
    versions.stop()
    // Who waits for the next try waits in time.
    if (restTimer !== null) clearTimeout(restTimer)
  }

  if (rows > 0) versions.edited()
  return {
    count: (more) => void (rows += more),
    edited: () => {
      versions.edited()
      mirrorTimer ??= setTimeout(mirror, MIRROR_AFTER_MS)
      if (rows > COMPACT_AFTER_ROWS) void compact()
    },
    isFullWith: (more) => rows + more > ROWS_MAX,
    makeSpace: () => (restMs > SPACE_WITHIN_MS ? Promise.resolve() : inTime(compact(), SPACE_WITHIN_MS).catch(() => {})),
    stop,
    finish: async () => {
      const title = mirrorTimer === null ? null : readTitle(doc)
      stop()
      if (title !== null) await mirrorTitle(port.sql, notebookId, title).catch(failed('the title was not mirrored'))
      if (rows > 0) await compactNow(1)
    },
  }
}
