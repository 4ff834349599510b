/** A Postgres of one test's own, with a migrated database, to be killed: `kill` is SIGKILL to its postmaster, the port stays the same. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateStore } from '#server/store/migrate.ts'
import { openStore } from '#server/store/client.ts'
import type { TestDatabase } from './database.ts'
import { loadBootstrap } from './load-bootstrap.ts'

export interface OwnPostgres extends TestDatabase {
  kill: () => void
  /** Starts it again after a kill; resolves when it answers. */
  start: () => Promise<void>
}

interface Running {
  env: { DATABASE_URL: string }
  process: { pid: number }
  stop: () => Promise<void>
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
  const { startPostgres } = await loadBootstrap('services/postgres.mjs') as { startPostgres: (folders: unknown) => Promise<Running> }
  const root = mkdtempSync(join(tmpdir(), 'dh-pg-'))
  const folders: unknown = makeDataFolder(root)
  let running = await startPostgres(folders)
  const url = running.env.DATABASE_URL
  await migrateStore(url)
  const store = openStore(url, { name: 'test', max: 4 })
  return {
    url, sql: store.sql, db: store.db,
    kill: () => void process.kill(running.process.pid, 'SIGKILL'),
    start: async () => {
      running = await startPostgres(folders)
    },
    drop: async () => {
      await store.close()
      await running.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
