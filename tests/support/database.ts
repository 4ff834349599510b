/**
 * A fresh, migrated database for one test file, copied from a template that the first caller makes. The template is
 * named by the migrations it holds, so a changed schema gets a new one. `drop` ends the pool and removes the database.
 */
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { openStore, type Database, type Sql } from '#server/store/client.ts'
import { migrateStore } from '#server/store/migrate.ts'

const MIGRATIONS = fileURLToPath(new URL('../../server/store/migrations/', import.meta.url))
const TEMPLATE_LOCK = 7_241_099

export interface TestDatabase {
  url: string
  sql: Sql
  db: Database
  drop: () => Promise<void>
}

export async function createTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} })
  try {
    const template = await ensureTemplate(admin)
    const name = `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
    await admin.unsafe(`create database ${name} template ${template}`)
    const url = urlOf(name)
    const store = openStore(url, { name: 'test', max: options.max ?? 10 })
    return { url, sql: store.sql, db: store.db, drop: () => dropDatabase(name, store.close) }
  } finally {
    await admin.end()
  }
}

async function ensureTemplate(admin: Sql): Promise<string> {
  const name = `template_${migrationsHash()}`
  await admin`select pg_advisory_lock(${TEMPLATE_LOCK})`
  try {
    const [found] = await admin`select datistemplate from pg_database where datname = ${name}`
    if (found?.datistemplate === true) return name
    // A half-migrated one is left by a run that was stopped.
    await admin.unsafe(`drop database if exists ${name}`)
    await admin.unsafe(`create database ${name}`)
    await migrateStore(urlOf(name))
    await admin.unsafe(`alter database ${name} is_template true`)
    return name
  } finally {
    await admin`select pg_advisory_unlock(${TEMPLATE_LOCK})`
  }
}

async function dropDatabase(name: string, close: () => Promise<void>): Promise<void> {
  await close()
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} })
  await dropByForce(admin, name)
  await admin.end()
}

/** Postgres lets no ordinary role end its own autovacuum, which may just be at work in the database: it is soon done. */
export async function dropByForce(admin: Sql, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.unsafe(`drop database if exists ${name} with (force)`)
      return
    } catch (error) {
      const mayNotEndIt = error instanceof postgres.PostgresError && error.code === '42501'
      if (!mayNotEndIt || tries === 50) throw error
      await setTimeout(200)
    }
  }
}

function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).sort()) hash.update(readFileSync(`${MIGRATIONS}${file}`))
  return hash.digest('hex').slice(0, 16)
}

function adminUrl(): string {
  const url = process.env.DATABASE_URL
  if (url === undefined) throw new Error('Tests that need Postgres take its address from DATABASE_URL; `npm test` sets it.')
  return url
}

function urlOf(database: string): string {
  const url = new URL(adminUrl())
  url.pathname = `/${database}`
  return url.href
}
