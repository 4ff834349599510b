/**
 * A limiter in Postgres, so that all web processes count together. `takeAttempt` counts one try under a key and
 * says whether it is still within `max` per window; the count is taken before the work, so guesses in parallel
 * cannot slip through. `countAttempt` says which try of the window it was. What was counted is forgotten a day later.
 */
import type { Sql } from '../store/client.ts'

export interface AttemptLimit {
  max: number
  windowMs: number
}

export const takeAttempt = async (sql: Sql, key: string, limit: AttemptLimit): Promise<boolean> => (await countAttempt(sql, key, limit)) <= limit.max

/** From 1. */
export async function countAttempt(sql: Sql, key: string, limit: AttemptLimit): Promise<number> {
  const window = `${limit.windowMs} milliseconds`
  const [row] = await sql<{ count: number }[]>`
    insert into attempts (key, count, window_start) values (${key}, 1, now())
    on conflict (key) do update set
      count = case when attempts.window_start < now() - ${window}::interval then 1 else attempts.count + 1 end,
      window_start = case when attempts.window_start < now() - ${window}::interval then now() else attempts.window_start end
    returning count`
  return row?.count ?? Number.POSITIVE_INFINITY
}

export async function forgetAttempts(sql: Sql, key: string): Promise<void> {
  await sql`delete from attempts where key = ${key}`
}

/** No window is longer than an hour. */
export async function removeOldAttempts(sql: Sql): Promise<void> {
  await sql`delete from attempts where window_start < now() - interval '1 day'`
}

/** The network an address counts under: /24 of IPv4, /64 of IPv6 (a household has a whole /64). */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.\d+$/.exec(address)
  if (v4 !== null) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`
  if (!address.includes(':')) return address
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  return `${[...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after].slice(0, 4).join(':')}::/64`
}
