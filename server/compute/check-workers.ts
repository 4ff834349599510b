/** Whether any worker is alive: one that beat within the time after which the others would count it as dead. */
import type { Sql } from '../store/client.ts'

export async function checkWorkers(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ isAlive: boolean }[]>`select exists (select from workers where beat_at > clock_timestamp() - interval '15 seconds') as "isAlive"`
  return row?.isAlive ?? false
}
