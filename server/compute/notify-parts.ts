/**
 * Long messages over NOTIFY, whose payload ends at 8000 bytes: cut into numbered parts and put together again. The
 * parts of one statement come in their order; what never comes whole is forgotten after a while.
 */
import type { Sql } from '../store/client.ts'

const PART_BYTES = 7800
const FORGET_MS = 10_000
/** Nothing that is asked or answered is longer. */
const PARTS_MAX = 200

export interface Message {
  id: string
  value: unknown
}

export function partsOf({ id, value }: Message): string[] {
  // Base64: no part ends within a letter.
  const text = Buffer.from(JSON.stringify(value)).toString('base64')
  const count = Math.max(1, Math.ceil(text.length / PART_BYTES))
  if (count > PARTS_MAX) throw new Error(`a message of ${text.length} bytes is too long for NOTIFY`)
  return Array.from({ length: count }, (_, at) => `${id} ${at} ${count} ${text.slice(at * PART_BYTES, (at + 1) * PART_BYTES)}`)
}

export async function sendParts(sql: Sql, channel: string, message: Message): Promise<void> {
  await sql`select pg_notify(${channel}, part) from unnest(${partsOf(message)}::text[]) as part`
}

/** Takes payloads and gives a message when its last part is there. */
export function createJoiner(now: () => number = Date.now): (payload: string) => Message | null {
  const waiting = new Map<string, { parts: string[]; left: number; at: number }>()
  return (payload) => {
    const [, id, at, count, part] = /^(\S+) (\d+) (\d+) (\S+)$/.exec(payload) ?? []
    if (id === undefined || Number(count) > PARTS_MAX) return null
    for (const [other, { at: since }] of waiting) if (now() - since > FORGET_MS) waiting.delete(other)
    const entry = waiting.get(id) ?? { parts: [], left: Number(count), at: now() }
    waiting.set(id, entry)
    if (entry.parts[Number(at)] === undefined) entry.left -= 1
    entry.parts[Number(at)] = part!
    if (entry.left > 0) return null
    waiting.delete(id)
    return { id, value: JSON.parse(Buffer.from(entry.parts.join(''), 'base64').toString('utf8')) as unknown }
  }
}
