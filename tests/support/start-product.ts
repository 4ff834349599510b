/**
 * Starts the whole product for system tests and benchmarks: a fresh database, the real web process and the
 * real worker on free ports, seeded. Uses the services that `npm test` started (Postgres, MinIO, toolchain in
 * the environment). `stop` ends what was started and drops the database.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import type { Health } from '#server/health.ts'
import { dropByForce } from './database.ts'
import { loadBootstrap } from './load-bootstrap.ts'

const { enterFolder } = (await loadBootstrap('suites/leftovers.mjs')) as { enterFolder: (folder: string) => void }
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 60_000

export interface Product {
  url: string
  env: Record<string, string>
  web: ChildProcess
  worker: ChildProcess
  dataDir: string
  /** A fresh one-time sign-in link of the local owner. */
  signInLink: () => Promise<string>
  /** Starts the web process again on the same port, after a kill. */
  restartWeb: () => Promise<void>
  restartWorker: () => Promise<void>
  stop: () => Promise<void>
}

export interface ProductOptions {
  /** Load samples and run the Welcome notebook to its end before returning. */
  hasWelcome?: boolean
  env?: Record<string, string>
  /** The web process alone reaches the database at this port: a proxy, by which a test takes it away. */
  webDatabasePort?: number
}

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const base = definedEnv()
  const admin = postgres(base.DATABASE_URL ?? '', { max: 1, onnotice: () => {} })
  const database = `system_${randomUUID().slice(0, 8)}`
  await admin.unsafe(`create database ${database}`)
  const databaseUrl = new URL(base.DATABASE_URL ?? '')
  databaseUrl.pathname = `/${database}`
  const port = await freePort()
  const dataDir = mkdtempSync(join(tmpdir(), 'dh-'))
  enterFolder(dataDir)
  const url = `http://127.0.0.1:${port}`
  const env: Record<string, string> = {
    ...base, DATABASE_URL: databaseUrl.href, PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: url, DATAHARBOUR_DATA: dataDir,
    AUTH_SECRET: randomUUID() + randomUUID(), LOG_FORMAT: 'json', LOG_LEVEL: 'info', NODE_ENV: 'production', ...options.env,
  }
  const run = (script: string, ...args: string[]) => runScript(script, args, env)
  await run('server/store/migrate.ts')
  await run('server/store/seed.ts')
  const webEnv = options.webDatabasePort === undefined ? env : { ...env, DATABASE_URL: atPort(databaseUrl, options.webDatabasePort) }
  const product: Product = {
    url, env, dataDir,
    web: start('server/main.ts', webEnv, dataDir),
    worker: start('workers/start.ts', env, dataDir),
    signInLink: async () => (await run('server/auth/issue-sign-in-link.ts')).trim().split('\n').at(-1) ?? '',
    restartWeb: async () => {
      product.web = start('server/main.ts', webEnv, dataDir)
      await untilReady(url)
    },
    restartWorker: async () => {
      product.worker = start('workers/start.ts', env, dataDir)
    },
    stop: async () => {
      await Promise.all([end(product.web), end(product.worker)])
      await run('workers/stop-all.ts')
      await dropByForce(admin, database)
      await admin.end()
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
  try {
    await untilReady(url)
    // It waits for two minutes, as a person would at `npm start`; on a busy machine Spark may need longer.
    if (options.hasWelcome ?? false) await run('server/store/await-welcome.ts').catch(() => run('server/store/await-welcome.ts'))
  } catch (error) {
    // The caller never gets what it could stop.
    await product.stop()
    throw error
  }
  return product
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function atPort(url: URL, port: number): string {
  const moved = new URL(url)
  moved.port = String(port)
  return moved.href
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function start(script: string, env: Record<string, string>, dataDir: string): ChildProcess {
  const log = createWriteStream(join(dataDir, `${script.split('/')[0]}.log`), { flags: 'a' })
  const child = spawn(process.execPath, [script], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  return child
}

function runScript(script: string, args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${script} ended with ${code}: ${err || out}`))))
  })
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until) {
    if (await isReady(url)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The product did not become healthy within ${READY_WITHIN_MS} ms: ${await fetch(`${url}/healthz`).then((r) => r.text(), String)}`)
}

/** A test may have given it a Spark that nobody starts. */
async function isReady(url: string): Promise<boolean> {
  const { parts } = await fetch(`${url}/healthz`).then((response) => response.json() as Promise<Health>, () => ({ parts: null }))
  return parts !== null && Object.entries(parts).every(([part, { state }]) => part === 'compute' || state === 'up')
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 15_000).unref()
  })
}
