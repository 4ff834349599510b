/**
 * `npm start` itself, three times on one data folder: it ends in one line, its link signs in once, and however it is
 * ended (Ctrl-C in a terminal, a signal to npm alone, a kill -9 of everything) nothing is left and the next start works.
 * The data folder is one whose Welcome notebook has run before, so that no start waits for Spark; the start of a
 * newcomer, with Spark and all, is .ci/start.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'
import { killAll, npmEnvironment, npmRun, processesOf, stillThere, type Command } from '../../support/npm-command.ts'
import { freePort } from '../../support/start-product.ts'

const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
const { startPostgres } = await loadBootstrap('services/postgres.mjs')

const data = mkdtempSync(join(tmpdir(), 'dh-start-'))
const port = await freePort()
const env = npmEnvironment(data, { PORT: String(port) })
const READY = /^DataHarbour is ready: (.+)$/gm

beforeAll(async () => {
  const seeded = npmRun('db:seed', env)
  expect(await seeded.ended, seeded.said()).toBe(0)
  const running = await startPostgres(makeDataFolder(data))
  const sql = postgres(running.env.DATABASE_URL, { max: 1 })
  await sql`update runs set state = 'succeeded', started_at = now(), finished_at = now()`
  await sql.end()
  await running.stop()
}, 180_000)
afterAll(() => {
  killAll(processesOf(data))
  rmSync(data, { recursive: true, force: true })
})

/** Resolves at the ready line, with the link. */
async function start(): Promise<{ command: Command; link: string }> {
  const command = npmRun('start', env)
  const link = await new Promise<string>((resolve, reject) => {
    command.child.stdout!.on('data', () => {
      const [line] = command.said().matchAll(READY)
      if (line !== undefined) resolve(line[1]!)
    })
    void command.ended.then((code) => reject(new Error(`npm start ended with ${code}: ${command.said()}`)))
  })
  return { command, link }
}

const open = (link: string): Promise<Response> => fetch(link, { redirect: 'manual' })

/** Asks it to end and answers once it has: its exit code, and what of it still runs. */
async function end(command: Command, ask: () => void): Promise<{ code: number | string; left: string[] }> {
  const running = processesOf(data, command.child.pid)
  // npm, the start itself, web server, worker, Postgres with its own, MinIO.
  expect(running.length).toBeGreaterThan(5)
  ask()
  const code = await command.ended
  return { code, left: [...stillThere(running), ...stillThere(processesOf(data))] }
}

it('prints one line, whose link signs in once, and ends with all it started on Ctrl-C', async () => {
  const { command, link } = await start()
  expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/\\?token=\\S+$`))
  const first = await open(link)
  expect(first.headers.get('location')).toMatch(/^\/harbour\/n\//)
  expect(first.headers.getSetCookie().join()).toContain('session_token=')
  const second = await open(link)
  expect(second.headers.get('location')).toBe('/sign-in?problem=link-spent')
  expect(second.headers.getSetCookie().join()).not.toContain('session_token=')
  // A terminal's Ctrl-C reaches every process of its group.
  expect(await end(command, () => process.kill(-command.child.pid!, 'SIGINT'))).toEqual({ code: 0, left: [] })
  expect([...command.said().matchAll(READY)]).toHaveLength(1)
  const log = readFileSync(join(data, 'logs', 'start.log'), 'utf8')
  expect(log.trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(expect.arrayContaining(['start began', 'step began', 'step ended', 'ready', 'asked to stop', 'stopped']))
  expect(log).not.toContain(new URL(link).searchParams.get('token'))
}, 180_000)

it('starts after a kill -9 of everything', async () => {
  const { command } = await start()
  const running = processesOf(data, command.child.pid)
  killAll(running)
  await expect.poll(() => stillThere(running), { timeout: 20_000 }).toEqual([])

  const again = await start()
  expect((await open(again.link)).headers.get('location')).toMatch(/^\/harbour\/n\//)

  // Migrating beside it uses its stores and leaves them to it.
  const migrated = npmRun('db:migrate', env)
  expect(await migrated.ended, migrated.said()).toBe(0)
  expect(await fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.status)).toBe(200)

  // The terminal's npm alone is told to end: it passes that on.
  expect(await end(again.command, () => again.command.child.kill('SIGINT'))).toEqual({ code: 0, left: [] })
}, 180_000)
