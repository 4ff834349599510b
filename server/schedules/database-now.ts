/** The clock of the database: the only one that ticks are judged by, so that workers with wrong clocks agree. */
import { sql } from 'drizzle-orm'
import type { Executor } from '../store/client.ts'

export async function databaseNow(db: Executor): Promise<Date> {
  const [row] = await db.execute<{ ms: string }>(sql`select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`)
  return new Date(Number(row!.ms))
}
