/**
 * A Postgres on a disk that can be filled, watched and started again as `npm start` does it. This file is both: the
 * program that runs on the small disk (it says its address, and stops when its input ends), and what starts it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { migrateStore } from '#server/store/migrate.ts'
import { openStore } from '#server/store/client.ts'
import type { TestDatabase } from './database.ts'
import { loadBootstrap } from './load-bootstrap.ts'
import { openSmallDisk, withSmallDisk, type SmallDisk } from './small-disk.ts'

const SELF = fileURLToPath(import.meta.url)

export interface DiskPostgres extends TestDatabase {
  disk: SmallDisk
}

export async function startPostgresOnSmallDisk(megabytes: number): Promise<DiskPostgres> {
  const root = mkdtempSync(join(tmpdir(), 'dh-full-'))
  const [program = '', ...words] = withSmallDisk(root, megabytes, [process.execPath, SELF, root])
  const holder = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await Promise.race([once(createInterface({ input: holder.stdout }), 'line'), once(holder, 'exit')])) as [unknown]
  if (typeof line !== 'string') throw new Error('Postgres did not start on a small disk')
  const { url } = JSON.parse(line) as { url: string }
  await migrateStore(url)
  const store = openStore(url, { name: 'test', max: 4 })
  return {
    url, sql: store.sql, db: store.db,
    disk: openSmallDisk(holder.pid!, root),
    drop: async () => {
      await store.close()
      holder.stdin.end()
      if (holder.exitCode === null) await once(holder, 'exit')
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function hold(root: string): Promise<void> {
  const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
  const { startPostgres } = await loadBootstrap('services/postgres.mjs')
  const { keepRunning } = await loadBootstrap('services/keep-running.mjs')
  const watched = await keepRunning('Postgres', () => startPostgres(makeDataFolder(root)), () => {})
  console.log(JSON.stringify({ url: watched.env.DATABASE_URL }))
  process.stdin.resume()
  await once(process.stdin, 'end')
  await watched.stop()
}

if (process.argv[1] === SELF) await hold(process.argv[2]!)
