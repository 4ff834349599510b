/**
 * How many rows of some tables Postgres reads while something happens, as its own statistics tell: nothing is timed, so a busy
 * machine changes nothing. They are kept per connection and written when they are asked for, so `sql` must be a pool of one.
 */
import type { Sql } from '#server/store/client.ts'

export async function rowsRead(sql: Sql, tables: readonly string[], act: () => Promise<unknown>): Promise<number> {
  const before = await total(sql, tables)
  await act()
  return (await total(sql, tables)) - before
}

async function total(sql: Sql, tables: readonly string[]): Promise<number> {
  await sql`select pg_stat_force_next_flush()`
  const [row] = await sql<{ rows: number }[]>`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as rows from pg_stat_user_tables where schemaname = 'public' and relname = any(${[...tables]}::text[])`
  return row?.rows ?? 0
}
