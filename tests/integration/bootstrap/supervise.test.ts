/** Web and worker under `npm start`: a crash is told and healed, a stop is final, leftovers are ended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
const { supervise, stopLeftover } = await loadBootstrap('supervise.mjs')
const { readLiveRecord, startTime } = await loadBootstrap('processes.mjs')

let root: string
let folders: { run: string; logs: string }
let said: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dh-sup-'))
  folders = makeDataFolder(root)
  said = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function startProgram(code: string, graceMs = 5000) {
  const file = join(root, 'program.mjs')
  writeFileSync(file, code)
  return supervise({ name: 'web', args: [file], env: process.env, folders, graceMs, say: (line: string) => said.push(line) })
}
const pidNow = (): number | undefined => readLiveRecord(join(folders.run, 'web.json'))?.pid

it('starts a crashed process again and says so', async () => {
  const running = startProgram('setInterval(() => {}, 1000)')
  const first = pidNow()!
  process.kill(first, 'SIGKILL')
  await vi.waitFor(() => expect(pidNow()).not.toBe(first), 5000)
  await vi.waitFor(() => expect(pidNow()).toBeDefined(), 5000)
  expect(said.join('\n')).toContain('web ended by itself (SIGKILL) and starts again in 0.5 s')
  await running.stop()
})

it('waits longer after every crash', async () => {
  const running = startProgram('process.exit(4)')
  await vi.waitFor(() => expect(said.filter((line) => line.includes('exit 4'))).toHaveLength(2), 5000)
  expect(said.at(-1)).toContain('starts again in 1 s')
  await running.stop()
})

it('stops it for good, by force when it does not listen', async () => {
  const running = startProgram("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)", 300)
  const pid = pidNow()!
  await new Promise((resolve) => setTimeout(resolve, 200))
  await running.stop()
  expect(startTime(pid)).toBeUndefined()
  expect(said).toEqual([])
})

it('ends what a killed start left running', async () => {
  const left = startProgram('setInterval(() => {}, 1000)')
  const pid = pidNow()!
  expect(await stopLeftover(folders, 'web')).toBe(true)
  expect(startTime(pid)).toBeUndefined()
  await left.stop()
  expect(await stopLeftover(folders, 'web')).toBe(false)
})

it('shows warnings of its log on the terminal', async () => {
  const running = startProgram("console.log(JSON.stringify({ level: 'warn', time: '2026-03-01T10:20:30Z', msg: 'careful' })); setInterval(() => {}, 1000)")
  await vi.waitFor(() => expect(said).toContain('10:20:30 web warn: careful'), 5000)
  await running.stop()
})
