/** The embedded Postgres through starts, kills and stops: what was committed is there, and it is found again. */
import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
const { startPostgres } = await loadBootstrap('services/postgres.mjs')
const { keepRunning } = await loadBootstrap('services/keep-running.mjs')
const { startTime } = await loadBootstrap('processes.mjs')

describe('embedded Postgres', () => {
  let root: string
  let folders: unknown
  let running: { env: { DATABASE_URL: string }; data: string; process: { pid: number }; stop: () => Promise<void> }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'dh-pg-'))
    folders = makeDataFolder(root)
    running = await startPostgres(folders)
  })
  afterAll(async () => {
    await running.stop()
    rmSync(root, { recursive: true, force: true })
  })

  const ask = async (query: string): Promise<unknown[]> => {
    const sql = postgres(running.env.DATABASE_URL, { max: 1, onnotice: () => {} })
    try {
      return await sql.unsafe(query)
    } finally {
      await sql.end()
    }
  }

  it('lets the product make tables and databases, but not rule the server', async () => {
    await ask('create table kept (n int); insert into kept values (7)')
    expect(await ask('select rolsuper, rolcreatedb from pg_roles where rolname = current_user')).toEqual([{ rolsuper: false, rolcreatedb: true }])
  })

  it('asks for the password', async () => {
    const url = new URL(running.env.DATABASE_URL)
    url.password = 'wrong'
    const sql = postgres(url.href, { max: 1 })
    await expect(sql`select 1`).rejects.toThrow(/password authentication failed/)
    await sql.end()
  })

  it('commits to disk', async () => {
    expect(await ask('show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }])
    expect(await ask('show fsync')).toEqual([{ fsync: 'on' }])
  })

  it('is taken over by the next start when the former one was killed', async () => {
    const again = await startPostgres(folders)
    expect(again.process.pid).toBe(running.process.pid)
    expect(again.env.DATABASE_URL).toBe(running.env.DATABASE_URL)
  })

  it('comes back with everything after it was killed itself', async () => {
    process.kill(running.process.pid, 'SIGKILL')
    while (startTime(running.process.pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20))
    running = await startPostgres(folders)
    expect(await ask('select n from kept')).toEqual([{ n: 7 }])
  })

  it('comes back though a session of the killed one still holds its memory', async () => {
    const sql = postgres(running.env.DATABASE_URL, { max: 1, onnotice: () => {} })
    const [{ pid: session }] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`
    process.kill(session, 'SIGSTOP')
    process.kill(running.process.pid, 'SIGKILL')
    while (startTime(running.process.pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20))
    setTimeout(() => process.kill(session, 'SIGCONT'), 1500)
    running = await startPostgres(folders)
    await sql.end({ timeout: 1 })
    expect(await ask('select n from kept')).toEqual([{ n: 7 }])
  })

  it('comes back though its number is that of a process of today', async () => {
    const lock = join(running.data, 'postmaster.pid')
    const left = readFileSync(lock, 'utf8')
    await running.stop()
    const { uid, gid } = statSync(running.data)
    const other = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
    writeFileSync(lock, left.replace(/^\d+/, String(other.pid)))
    chownSync(lock, uid, gid)
    running = await startPostgres(folders)
    other.kill()
    expect(await ask('select n from kept')).toEqual([{ n: 7 }])
  })

  it('says why it does not start', async () => {
    const settings = join(running.data, 'postgresql.conf')
    const kept = readFileSync(settings, 'utf8')
    await running.stop()
    appendFileSync(settings, "\nno_such_setting = 'x'\n")
    await expect(startPostgres(folders)).rejects.toThrow(/^Postgres did not start: .*contains errors.*; its log is .*postgres\.log\.$/)
    writeFileSync(settings, kept)
    running = await startPostgres(folders)
  })

  it('is gone after a stop and comes back on the same address', async () => {
    const before = running
    await running.stop()
    expect(startTime(before.process.pid)).toBeUndefined()
    running = await startPostgres(folders)
    expect(running.env.DATABASE_URL).toBe(before.env.DATABASE_URL)
    expect(await ask('select n from kept')).toEqual([{ n: 7 }])
  })

  it('is started again on the same address while `npm start` watches it', async () => {
    const said: string[] = []
    const watched = await keepRunning('Postgres', async () => (running = await startPostgres(folders)), (line: string) => said.push(line))
    process.kill(running.process.pid, 'SIGKILL')
    await vi.waitFor(async () => expect(await ask('select n from kept')).toEqual([{ n: 7 }]), { timeout: 10_000, interval: 200 })
    expect(watched.env).toEqual(running.env)
    expect(said).toEqual(['Postgres ended by itself and is started again.'])
    await watched.stop()
    expect(startTime(running.process.pid)).toBeUndefined()
  })
})

describe('a database outside the data folder', () => {
  const roots: string[] = []
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'dh-pg-'))
    roots.push(made)
    return made
  }
  afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })))

  it('is found where it is said to be, belongs to one data folder, and is never begun anew because it is missing', async () => {
    const elsewhere = join(folder(), 'postgres')
    chmodSync(dirname(elsewhere), 0o755)
    mkdirSync(elsewhere)
    const [mine, other] = [makeDataFolder(folder()), makeDataFolder(folder())] as { root: string }[]
    for (const { root } of [mine!, other!]) writeFileSync(join(root, 'postgres-place'), `${elsewhere}\n`)
    const running = await startPostgres(mine)
    try {
      expect(running.data).toBe(elsewhere)
      await expect(startPostgres(other)).rejects.toThrow(`The database in ${elsewhere} belongs to ${mine!.root}`)
    } finally {
      await running.stop()
    }
    rmSync(elsewhere, { recursive: true })
    await expect(startPostgres(mine)).rejects.toThrow(`was in ${elsewhere}, which is not there any more`)
    expect(existsSync(elsewhere)).toBe(false)
  })
})
