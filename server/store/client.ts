/** The Postgres pool, plain and through drizzle. One per process; `close` ends it. */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { preparedClient } from './prepared-client.ts'
import * as schema from './schema/index.ts'

export type Sql = postgres.Sql
export type Database = PostgresJsDatabase<typeof schema>
/** A drizzle transaction; store functions accept either. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
export type Executor = Database | Transaction

/** One connection beside the pool, closed again when it rests; see pulse.ts. */
export const openAside = (databaseUrl: string, name: string): Sql =>
  postgres(databaseUrl, { max: 1, idle_timeout: 30, fetch_types: false, connection: { application_name: `dataharbour-${name}` }, onnotice: () => {}, backoff: () => 0.05 })

export function openStore(databaseUrl: string, options: { max?: number; name: string }): { sql: Sql; db: Database; close: () => Promise<void> } {
  const sql = postgres(databaseUrl, {
    max: options.max ?? 20,
    connection: { application_name: `dataharbour-${options.name}` },
    onnotice: () => {},
    // After a restart of Postgres everybody is back within seconds; the driver's own patience grows to 20.
    backoff: (retries) => Math.min(0.05 * 2 ** retries, 0.5),
  })
  return { sql, db: drizzle(preparedClient(sql), { schema }), close: () => sql.end({ timeout: 5 }) }
}
