/** The log of `npm start`: the product's own form, every step with its time and its failure, and no secret in it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { makeDataFolder } = await loadBootstrap('data-folder.mjs')
const { createLog } = await loadBootstrap('log.mjs')
const { createProgress } = await loadBootstrap('progress.mjs')
const { explainFailure, SetupError, Stopped } = await loadBootstrap('setup-error.mjs')
const { showLine } = await loadBootstrap('follow-log.mjs')
const { run } = await loadBootstrap('run.mjs')

let root: string
let folders: { logs: string; secrets: string }
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dh-log-'))
  folders = makeDataFolder(root)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

type Line = Record<string, unknown> & { msg: string; err?: { message: string } }
const text = (): string => readFileSync(join(folders.logs, 'start.log'), 'utf8')
const lines = (): Line[] => text().trim().split('\n').map((line) => JSON.parse(line) as Line)
const silent = { write: () => true }

it('writes the same form as the processes of the product', () => {
  const code = "import { createLog } from './server/log.ts'; createLog({ log: { level: 'info', format: 'json' } }, 'start').error({ step: 'x', err: new Error('no') }, 'step failed')"
  const theirs = JSON.parse(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout) as Line
  const log = createLog(folders, 'start', {})
  log.error({ step: 'x', err: { type: 'Error', message: 'no', stack: '' } }, 'step failed')
  expect(Object.keys(lines()[0]!)).toEqual(Object.keys(theirs))
  expect(lines()[0]).toMatchObject({ level: 'error', component: 'start', msg: 'step failed', time: expect.stringMatching(/^\d{4}-.*Z$/) })
  expect(Object.keys(lines()[0]!.err!)).toEqual(Object.keys(theirs.err!))
  expect(showLine('start', text().trim())).toMatch(/start error: step failed \(no\)$/)
})

it('has the begin and end of each step, and what it took', async () => {
  const progress = createProgress(createLog(folders, 'start', {}), silent)
  await progress.step('Java', async (report: (detail: string) => void) => {
    report('looking')
    return { note: 'Java 21' }
  })
  progress.close()
  expect(lines()).toMatchObject([{ step: 'Java', msg: 'step began' }, { step: 'Java', msg: 'step ended', ms: expect.any(Number), detail: 'Java 21' }])
})

it('has why a step failed, and the person is told where', async () => {
  const log = createLog(folders, 'start', {})
  const progress = createProgress(log, silent)
  const failure = progress.step('Java', () => Promise.reject(new SetupError('There is no Java.')))
  const error = await failure.catch((caught: unknown) => caught)
  progress.close()
  expect(lines().at(-1)).toMatchObject({ level: 'error', step: 'Java', msg: 'step failed', ms: expect.any(Number), err: { type: 'SetupError', message: 'There is no Java.' } })
  expect(explainFailure(error, log)).toBe(`There is no Java.\n  (every step: ${join(folders.logs, 'start.log')})`)
  expect(explainFailure(new SetupError('Port 1 is in use.'), log)).toBe('Port 1 is in use.')
})

it('does not call a step failed that was only stopped', async () => {
  const progress = createProgress(createLog(folders, 'start', {}), silent)
  await expect(progress.step('Java', () => Promise.reject(new Stopped()))).rejects.toThrow()
  progress.close()
  expect(lines().map((line) => [line.level, line.msg])).toEqual([['info', 'step began'], ['info', 'step stopped']])
})

it('never has a secret in it, wherever a program says it (S12)', () => {
  writeFileSync(folders.secrets, JSON.stringify({ authSecret: 'kept-auth-secret', postgres: { password: 'kept-password', port: 5432 }, minio: { user: 'dataharbour', rootPassword: 'kept-root' } }))
  const log = createLog(folders, 'start', { S3_SECRET_KEY: 'given-s3-secret', S3_ACCESS_KEY: 'dataharbour', PIP_INDEX_URL: 'https://me:given-pip@mirror.example/simple' })
  const said = 'kept-auth-secret kept-password kept-root given-s3-secret https://me:given-pip@mirror.example/simple http://127.0.0.1:3000/?token=given-token sc://host:15002/;token=given-spark;x=1'
  log.error({ detail: said, err: { type: 'Error', message: said, stack: said } }, said)
  for (const secret of ['kept-auth-secret', 'kept-password', 'kept-root', 'given-s3-secret', 'given-pip', 'given-token', 'given-spark']) expect(text()).not.toContain(secret)
  expect(lines()[0]!.msg).toBe('[hidden] [hidden] [hidden] [hidden] https://me:[hidden]@mirror.example/simple http://127.0.0.1:3000/?token=[hidden] sc://host:15002/;token=[hidden];x=1')
  expect(statSync(join(folders.logs, 'start.log')).mode & 0o077).toBe(0)
})

it('keeps the sign-in link out of the logs of the programs too', async () => {
  const logFile = join(folders.logs, 'setup-store.log')
  await run(process.execPath, ['-e', "console.log('http://127.0.0.1/?token=abc')"], { logFile, isSecret: true })
  expect(readFileSync(logFile, 'utf8').split('\n').slice(1).join('')).toBe('')
})

it('leaves the log of a running start alone until it has something to write, and keeps the former ones', () => {
  createLog(folders, 'start', {}).info({}, 'first')
  createLog(folders, 'start', {})
  expect(lines()[0]!.msg).toBe('first')
  createLog(folders, 'start', {}).info({}, 'second')
  expect(lines()[0]!.msg).toBe('second')
  expect(readdirSync(folders.logs).sort()).toEqual(['start.1.log', 'start.log'])
})

it('does not end a start when it cannot be written', () => {
  rmSync(folders.logs, { recursive: true })
  expect(() => createLog(folders, 'start', {}).info({}, 'lost')).not.toThrow()
})
