/**
 * `npm run db:migrate`, or `node server/store/migrate.ts` where all settings are given: brings the database to the newest schema, ours and graphile-worker's.
 * Idempotent; several processes may run it at once (an advisory lock lets one through at a time), also while people work:
 * where their transactions are in its way, it begins anew.
 */
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'
import { repeatWhileLocked } from './repeat-while-locked.ts'

const LOCK = 7_241_001

export async function migrateStore(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    await repeatWhileLocked(() => migrate(drizzle(sql), { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) }))
    await runMigrations({ connectionString: databaseUrl })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

if (import.meta.main) {
  const { configOrExit } = await import('../config.ts')
  await migrateStore(configOrExit().databaseUrl)
}
