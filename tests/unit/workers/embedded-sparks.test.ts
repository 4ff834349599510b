/** Who wishes for a Spark while another wish for it is under way: real processes and signals, a script in place of Python, one row in place of Postgres. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import type { Database } from '#server/store/client.ts'
import { createEmbeddedSparks, type EmbeddedSparks } from '#workers/compute/embedded-sparks.ts'

const id = 'c-1' as ComputeId
const SOON = { timeout: 20_000 }

let folder: string
let row: ComputeRow
let sparks: EmbeddedSparks
let whenStopped: () => void
let whenGone: () => void
beforeEach(() => {
  whenStopped = () => {}
  whenGone = () => {}
  folder = mkdtempSync(join(tmpdir(), 'dh-embedded-'))
  row = { id, workspaceId: 'w-1' as WorkspaceId, kind: 'embedded', state: 'stopped', pid: null, pidStarted: null, startedAt: null, memoryMb: null, cores: null } as ComputeRow
  const env = { DATAHARBOUR_DATA: folder, DATABASE_URL: 'postgres://x', S3_ENDPOINT: 'http://127.0.0.1:1', S3_ACCESS_KEY: 'access', S3_SECRET_KEY: 'a-secret-key', AUTH_SECRET: 'a-secret-for-tests-only-0123456789' }
  const config = { ...loadConfig(env), dataDir: folder, python: join(folder, 'python') }
  // As Spark it only lives; who tells it its tables finds it ready once the test says so.
  writeFileSync(config.python, `#!/bin/sh\n[ "$2" = dataharbour.compute ] && exec sleep 300\nuntil [ -e ${folder}/ready ]; do sleep 0.1; done\necho '{"msg":"Spark is ready."}' >&2\n`)
  chmodSync(config.python, 0o700)
  const keys = { path: () => 'keys', ensure: async () => 'keys', forget: () => {} }
  sparks = createEmbeddedSparks({ db: oneRow(), config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), now: () => new Date(), keys }, () => whenGone())
})
afterEach(async () => {
  whenStopped = () => {}
  whenGone = () => {}
  pressStop()
  await sparks.end(id, null)
  sparks.detach()
  rmSync(folder, { recursive: true, force: true })
})

/** Keeps the row, finds it by the conditions that it is asked with, and lets in one transaction at a time. */
function oneRow(): Database {
  const dialect = new PgDialect()
  const camel = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const holds = (asked: SQL): boolean => {
    const { sql, params } = dialect.sqlToQuery(asked)
    const valueOf = (column: string): unknown => row[camel(column) as keyof ComputeRow]
    return [...sql.matchAll(/"computes"\."(\w+)" = \$(\d+)/g)].every(([, column, at]) => valueOf(column!) === params[Number(at) - 1]) && [...sql.matchAll(/"computes"\."(\w+)" is not null/g)].every(([, column]) => valueOf(column!) !== null)
  }
  let turn: Promise<unknown> = Promise.resolve()
  const found = () => Promise.resolve([{ ...row }])
  const db = {
    execute: async () => [],
    select: () => ({ from: () => ({ where: () => Object.assign(found(), { for: found }) }) }),
    update: () => ({
      set: (change: Partial<ComputeRow>) => ({
        where(asked: SQL) {
          const isHit = holds(asked)
          if (isHit) Object.assign(row, change)
          if (isHit && change.state === 'stopped') whenStopped()
          return Object.assign(Promise.resolve(), { returning: async () => (isHit ? [{ ...row }] : []) })
        },
      }),
    }),
    transaction: <T>(act: (tx: unknown) => Promise<T>): Promise<T> => {
      const mine = turn.then(() => act(db))
      turn = mine.catch(() => {})
      return mine
    },
  }
  return db as unknown as Database
}

const pressStop = () => void Object.assign(row, { state: 'stopping', startedAt: null })
const beReady = () => writeFileSync(join(folder, 'ready'), '')
/** It comes up, and nobody has said yet that it is there. */
async function beginStart(): Promise<{ pid: number; ends: Promise<void> }> {
  const ends = sparks.ensure({ ...row })
  await vi.waitUntil(() => row.pid !== null, SOON)
  return { pid: row.pid!, ends }
}

it('a run that comes after Stop was pressed on one that comes up gets another one', async () => {
  const first = await beginStart()
  pressStop()
  const run = sparks.ensure({ ...row })
  await first.ends
  beReady()
  await run
  expect(row).toMatchObject({ state: 'running', reason: null })
  expect(row.pid).not.toBe(first.pid)
}, 60_000)

it('Stop that is pressed after that run is heeded', async () => {
  const first = await beginStart()
  pressStop()
  whenStopped = pressStop
  const run = sparks.ensure({ ...row })
  await first.ends
  beReady()
  await run
  expect(row).toMatchObject({ state: 'stopping', pid: null })
}, 60_000)

it('why the last one ended is not told to who waits for the next, though both come in one moment', async () => {
  const first = await beginStart()
  beReady()
  await first.ends
  expect(row.state).toBe('running')
  const again = new Promise<void>((resolve, reject) => {
    whenGone = () => {
      whenGone = () => {}
      sparks.ensure({ ...row }).then(resolve, reject)
    }
  })
  process.kill(first.pid, 'SIGKILL')
  await again
  expect(row).toMatchObject({ state: 'running', reason: null })
  expect(row.pid).not.toBe(first.pid)
  expect(existsSync(join(folder, 'compute', id, 'did-not-start'))).toBe(false)
}, 60_000)
