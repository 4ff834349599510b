/** Looks at the logs of tables, each remembered for as long as one request lasts: many cells read the same tables. */
import type { Objects } from '../objects/objects.ts'

export interface TableLooks {
  /** When the object came to be where it is; null where there is none. A copy that was put back is as young as that. */
  storedAt(key: string): Promise<Date | null>
  /** When the commit says that it was made; null where it does not say. */
  committedAt(key: string): Promise<Date | null>
  logNames(path: string): Promise<string[]>
}

/** Of a larger commit only so much is looked through: the line that tells of it is the first or follows the first few as a rule. */
const COMMIT_READ_MAX = 8_000_000

export function lookAtTables(objects: Pick<Objects, 'stat' | 'stream' | 'level'>): TableLooks {
  return {
    storedAt: remembering(async (key) => (await objects.stat(key))?.modifiedAt ?? null),
    committedAt: remembering(async (key) => {
      const chunks: Buffer[] = []
      for await (const chunk of await objects.stream(key, COMMIT_READ_MAX)) chunks.push(Buffer.from(chunk as Uint8Array))
      return timeOf(Buffer.concat(chunks).toString('utf8'))
    }),
    // All of them: of a listing that is cut, the newest are missing.
    logNames: remembering(async (path) => (await objects.level(`${path}/_delta_log/`, Infinity)).files.map(({ name }) => name)),
  }
}

function remembering<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key) => {
    const found = known.get(key) ?? look(key)
    known.set(key, found)
    return found
  }
}

function timeOf(commit: string): Date | null {
  for (const line of commit.split('\n')) {
    if (!line.includes('"commitInfo"')) continue
    const timestamp = timestampIn(line)
    if (timestamp !== null) return new Date(timestamp)
  }
  return null
}

function timestampIn(line: string): number | null {
  try {
    const { commitInfo } = JSON.parse(line) as { commitInfo?: { timestamp?: unknown } }
    return typeof commitInfo?.timestamp === 'number' ? commitInfo.timestamp : null
  } catch {
    return null
  }
}
