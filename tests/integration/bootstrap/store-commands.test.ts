/** `npm run db:migrate` and `npm run db:seed`: they bring what they need, use what is given or running, and leave nothing behind. */
import { randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dropByForce } from '../../support/database.ts'
import { loadBootstrap } from '../../support/load-bootstrap.ts'
import { npmEnvironment, npmRun, processesOf, stillThere } from '../../support/npm-command.ts'

const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
const { startPostgres } = await loadBootstrap('services/postgres.mjs')
const { writeRecord } = await loadBootstrap('processes.mjs')
const store = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('S3_'))) as Record<string, string>

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'dh-store-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

async function npm(script: string, more: Record<string, string> = {}): Promise<{ code: number | string; said: string }> {
  const command = npmRun(script, npmEnvironment(data, more))
  return { code: await command.ended, said: command.said().trim() }
}

async function ask(url: string, query: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await sql.unsafe(query)
  } finally {
    await sql.end()
  }
}

it('migrates the embedded Postgres, starting and stopping it, without an object store', async () => {
  const { code, said } = await npm('db:migrate')
  expect(said.split('\n').at(-1)).toBe('The database is up to date.')
  expect(code).toBe(0)
  expect(stillThere(processesOf(data))).toEqual([])
  expect(existsSync(join(data, 'minio'))).toBe(false)
  const running = await startPostgres(makeDataFolder(data))
  try {
    expect(await ask(running.env.DATABASE_URL, 'select count(*)::int as n from notebooks')).toEqual([{ n: 0 }])
    // Beside a DataHarbour that runs, here a stand-in with a Postgres: it is used, and runs on.
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    writeRecord(join(data, 'run', 'start.json'), other.pid, { command: 'npm start' })
    expect(await npm('db:migrate')).toMatchObject({ code: 0 })
    expect(await ask(running.env.DATABASE_URL, 'select 1 as n')).toEqual([{ n: 1 }])
    other.kill('SIGKILL')
  } finally {
    await running.stop()
  }
}, 120_000)

it('seeds a given Postgres and a given object store', async () => {
  const name = `seeded_${randomUUID().slice(0, 8)}`
  await ask(process.env.DATABASE_URL!, `create database ${name}`)
  const url = new URL(process.env.DATABASE_URL!)
  url.pathname = `/${name}`
  try {
    const { code, said } = await npm('db:seed', { DATABASE_URL: url.href, ...store })
    expect(said.split('\n').at(-1)).toBe('The sample data is in place.')
    expect(code).toBe(0)
    expect(await ask(url.href, "select title from notebooks where title = 'Welcome'")).toEqual([{ title: 'Welcome' }])
    expect(existsSync(join(data, 'postgres'))).toBe(false)
  } finally {
    const admin = postgres(process.env.DATABASE_URL!, { max: 1, onnotice: () => {} })
    await dropByForce(admin, name)
    await admin.end()
  }
}, 120_000)

it('says that a given Postgres does not answer, and logs it without its password', async () => {
  const { code, said } = await npm('db:migrate', { DATABASE_URL: 'postgres://nobody:hush-hush@127.0.0.1:1/none' })
  expect(code).toBe(1)
  expect(said).toBe('The Postgres given in DATABASE_URL does not answer at 127.0.0.1:1: start it, or remove DATABASE_URL to use the embedded one.')
  const log = readFileSync(join(data, 'logs', 'db-migrate.log'), 'utf8')
  expect(log).toContain('"step":"Postgres","ms"')
  expect(log).not.toContain('hush-hush')
})

it('says so when a DataHarbour on the same data folder is only just starting', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
  writeRecord(join(makeDataFolder(data).run, 'start.json'), other.pid, { command: 'npm start' })
  const { code, said } = await npm('db:seed', store)
  other.kill('SIGKILL')
  expect(code).toBe(1)
  expect(said).toMatch(new RegExp(`^DataHarbour \\(process ${other.pid}\\) holds ${data} and its stores do not answer: .*Run this again when it is ready, or give it the same settings\\.$`))
  expect(existsSync(join(data, 'postgres'))).toBe(false)
})

it('lets one of them work at a time', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
  writeRecord(join(makeDataFolder(data).run, 'start.json'), other.pid, { command: 'npm run db:seed' })
  const { code, said } = await npm('db:migrate')
  other.kill('SIGKILL')
  expect(code).toBe(1)
  expect(said).toBe(`npm run db:seed works on ${data} (process ${other.pid}): wait until it has ended, then run this again.`)
  // The log of one that runs is left to it.
  expect(existsSync(join(data, 'logs', 'db-migrate.log'))).toBe(false)
})
