/** `npm start` that cannot start: one sentence that says what to do, exit ≠ 0, and nothing left running. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BOOTSTRAP, loadBootstrap } from '../../support/load-bootstrap.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'dh-start-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const start = (env: Record<string, string>): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(BOOTSTRAP, 'start.mjs')], { env: { ...process.env, DATAHARBOUR_DATA: data, PORT: '0', ...env } })
    let said = ''
    child.stdout.on('data', (chunk) => (said += String(chunk)))
    child.stderr.on('data', (chunk) => (said += String(chunk)))
    child.on('close', (code) => resolve({ code, said }))
  })

it('names the port that is in use and starts nothing', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)))
  const { code, said } = await start({ PORT: String(port) })
  server.close()
  expect(code).toBe(1)
  expect(said.trim()).toMatch(new RegExp(`^Port ${port} is in use .* PORT=${port + 1} npm start\\.$`))
  expect(readdirSync(data)).not.toContain('postgres')
})

it('names the host that is none of this machine, whatever the port', async () => {
  for (const PORT of ['3999', '0']) {
    const { code, said } = await start({ HOST: '203.0.113.7', PORT })
    expect([code, said.trim()]).toEqual([1, 'HOST=203.0.113.7 is no address of this machine (EADDRNOTAVAIL): leave it out, or give 0.0.0.0 for all of its addresses.'])
  }
})

it('names the folder that it cannot use, and the setting that gives another', async () => {
  writeFileSync(join(data, 'file'), '')
  const { code, said } = await start({ DATAHARBOUR_DATA: join(data, 'file', 'below') })
  expect([code, said.trim()]).toEqual([1, `The folder ${join(data, 'file', 'below')} cannot be used: a part of this path is a file. Make it this user's, or choose another with DATAHARBOUR_DATA=….`])
})

it('says that a port is not a number', async () => {
  expect(await start({ PORT: 'web' })).toMatchObject({ code: 1, said: expect.stringContaining('PORT=web is not a port') })
})

it('passes the config’s own sentence on', async () => {
  const { code, said } = await start({ LOG_LEVEL: 'loud' })
  expect(code).toBe(1)
  expect(said.trim()).toMatch(/^Configuration: LOG_LEVEL .*See \.env\.example\.$/)
})

it('says at once which URL is of the wrong kind', async () => {
  const { code, said } = await start({ DATABASE_URL: 'mysql://u:secret@127.0.0.1:1/none' })
  expect([code, said.trim()]).toEqual([1, 'Configuration: DATABASE_URL must be a URL that begins with postgres:// or postgresql://. See .env.example.'])
})

it('says that a given Postgres does not answer', async () => {
  const { code, said } = await start({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  expect(code).toBe(1)
  expect(said.trim()).toBe('The Postgres given in DATABASE_URL does not answer at 127.0.0.1:1: start it, or remove DATABASE_URL to use the embedded one.')
})

it('refuses a second start on a data folder in use', async () => {
  const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
  const { writeRecord } = await loadBootstrap('processes.mjs')
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
  writeRecord(join(makeDataFolder(data).run, 'start.json'), other.pid)
  const { code, said } = await start({})
  other.kill('SIGKILL')
  expect(code).toBe(1)
  expect(said.trim()).toMatch(new RegExp(`^DataHarbour already runs on ${data} \\(process ${other.pid}\\)`))
})

it('does not mistake another process with the same number for a start', async () => {
  const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
  const { writeJson } = await loadBootstrap('files.mjs')
  writeJson(join(makeDataFolder(data).run, 'start.json'), { pid: process.pid, started: 'long ago' })
  const { said } = await start({ PORT: 'web' })
  expect(said).not.toContain('already runs')
})

it('asks for arguments it knows', () => {
  const run = spawnSync(process.execPath, [join(BOOTSTRAP, 'test.mjs'), '--only', 'nothing'], { encoding: 'utf8' })
  expect(run.status).toBe(2)
  expect(run.stderr).toMatch(/^Use: npm test/)
})
