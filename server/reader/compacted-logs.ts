/**
 * Compacted logs: a table with thousands of commits after its last checkpoint would keep the Delta kernel busy for longer
 * than anybody waits, twice over. So its commits are read here, many at a time, and what holds at their end is laid down as
 * one commit under a key of ours (never in the table), which the kernel takes in place of the log: files, deletion vectors
 * and protocol are judged by it as ever. What was read is remembered, so a newer version reads only what came since, and a
 * question that ran out of time is taken up where it stopped.
 */
import { createHash } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import { addCommit, agrees, emptyLog, writeLog, type CompactedLog } from '#lib/domain/compact-log.ts'
import { commitName } from '#lib/domain/delta-log.ts'
import { readCheckpoint } from './delta-log.ts'
import type { LongLog } from './reader.ts'
import type { SignedRequests } from './signed-requests.ts'
import { createLogSweep } from './sweep-logs.ts'

const AT_ONCE = 32
const STEP = 256
/** Before the question's own time is over. */
const WITHIN_MS = 8_000
const LOGS_KEPT = 4
/** Of a larger one nothing is remembered once it is read. */
const FILES_KEPT = 20_000
const PLACE = 'reader/logs/'

interface Known {
  log: CompactedLog
  version: number
  /** The store's mark of the commit at that version: of another table at the same place it would be another. */
  mark: string
}

export interface LaidDown {
  url: string
  bytes: number
  /** Whether the kernel has nothing else to go by still. */
  isAlone(): Promise<boolean>
}

export interface CompactedLogs {
  /** `take` gets what the table is at that version; null where this is not for us to say. */
  read<T>(connection: DuckDBConnection, folder: string, version: number, log: LongLog, take: (log: CompactedLog) => T): Promise<T | null>
  /** The one commit that stands for the log; null like `read`, and where the kernel would take something else of the folder in its place. */
  layDown(connection: DuckDBConnection, folder: string, version: number, log: LongLog): Promise<LaidDown | null>
}

/** `warn`: of what concerns no question. */
export function createCompactedLogs(store: SignedRequests, bucket: string, warn: (detail: string) => void): CompactedLogs {
  /** By folder, the last used last. */
  const known = new Map<string, Known>()
  /** The last reading of each folder's log: two at once would add to one log. */
  const busy = new Map<string, Promise<unknown>>()
  const sweep = createLogSweep(store, PLACE, warn)

  async function begin(connection: DuckDBConnection, folder: string, version: number, { checkpoint, commits }: LongLog): Promise<Known | null> {
    const from = version - commits
    const there = known.get(folder)
    if (there !== undefined && there.version > from && there.version <= version && (await getCommit(store, folder, there.version)).mark === there.mark) return there
    const log = emptyLog()
    if (checkpoint.length > 0) {
      const lines = await readCheckpoint(connection, bucket, folder, checkpoint)
      if (lines === null) return null
      addCommit(log, lines)
    }
    return { log, version: from, mark: '' }
  }

  async function readOn(connection: DuckDBConnection, folder: string, version: number, log: LongLog, until: number): Promise<CompactedLog | null> {
    const now = await begin(connection, folder, version, log)
    known.delete(folder)
    if (now === null) return null
    while (now.version < version) {
      if (Date.now() > until) {
        remember(folder, now)
        throw new Error(`Long log: ${version - now.version} commits are still to be read`)
      }
      const versions = Array.from({ length: Math.min(STEP, version - now.version) }, (_, at) => now.version + 1 + at)
      const found = await inTurns(versions, AT_ONCE, (one) => getCommit(store, folder, one))
      for (const { body } of found) addCommit(now.log, body.toString('utf8'))
      now.version = versions.at(-1) ?? version
      now.mark = found.at(-1)?.mark ?? ''
    }
    if (now.log.files.size <= FILES_KEPT) remember(folder, now)
    return now.log
  }

  function remember(folder: string, now: Known): void {
    known.set(folder, now)
    while (known.size > LOGS_KEPT) known.delete(known.keys().next().value ?? '')
  }

  async function read<T>(connection: DuckDBConnection, folder: string, version: number, log: LongLog, take: (log: CompactedLog) => T): Promise<T | null> {
    const until = Date.now() + WITHIN_MS
    const before = busy.get(folder) ?? Promise.resolve()
    const mine = before.then(async () => {
      const found = await readOn(connection, folder, version, log, until)
      return found === null ? null : take(found)
    })
    const settled = mine.catch(() => {})
    busy.set(folder, settled)
    void settled.then(() => void (busy.get(folder) === settled && busy.delete(folder)))
    return mine
  }

  /** The kernel takes ours for the commit of version 0. A checkpoint of that version would be taken in its place, and what a checksum says of the schema. */
  async function isAlone(folder: string, log: CompactedLog): Promise<boolean> {
    const first = `${folder}/_delta_log/${commitName(0).slice(0, -'.json'.length)}`
    for await (const { key } of store.list(`${first}.`)) {
      if (key === `${first}.json`) continue
      if (key !== `${first}.crc` || !agrees((await store.get(key)).body.toString('utf8'), log)) return false
    }
    return true
  }

  return {
    read,
    async layDown(connection, folder, version, log) {
      const found = await read(connection, folder, version, log, (compacted) => {
        for (const { path } of compacted.files.values()) if (!isInside(path) || !isInside(unescaped(path))) throw new Error(`Permission Error: ${path} is outside ${folder}`)
        return { text: writeLog(compacted), head: { ...compacted, files: new Map() } }
      })
      if (found === null || !(await isAlone(folder, found.head))) return null
      const { text, head } = found
      const key = `${PLACE}${createHash('sha256').update(JSON.stringify([folder, version, text])).digest('hex')}/_delta_log/${commitName(0)}`
      // A store that is full can be read still, by the kernel alone.
      const isWritten = await store.put(key, text).then(() => true, () => false)
      if (!isWritten) return null
      void sweep()
      return { url: `s3://${bucket}/${key}`, bytes: Buffer.byteLength(text), isAlone: () => isAlone(folder, head) }
    },
  }
}

/**
 * Names below a folder: no `..` and no slash at the start or twice, spelled out or escaped. A colon leads nowhere behind
 * the bucket's address, and a slash that is escaped none that a plain one would not; values of partitions have both.
 */
export function isInside(path: string): boolean {
  const names = path.replace(/%2f/gi, '/').replace(/%2e/gi, '.').split('/')
  return path.split('/').every((name) => name !== '') && names.every((name) => name !== '.' && name !== '..' && !name.includes('\\'))
}

/** As the kernel's files are named to DuckDB. */
const unescaped = (path: string): string => path.replace(/%([0-9a-f]{2})/gi, (_all, digits: string) => String.fromCharCode(parseInt(digits, 16)))

const getCommit = (store: SignedRequests, folder: string, version: number) => store.get(`${folder}/_delta_log/${commitName(version)}`)

async function inTurns<T, R>(all: readonly T[], atOnce: number, use: (one: T) => Promise<R>): Promise<R[]> {
  const found: R[] = []
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let at = next++; at < all.length; at = next++) found[at] = await use(all[at]!)
  }))
  return found
}
