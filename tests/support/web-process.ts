/** The real web process alone, from the build that `npm test` made, on a database given to it; what it says goes to `log`. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signUp } from '#server/auth/sign-up.ts'
import { createAuth } from '#server/auth/auth.ts'
import { createToken } from '#server/auth/tokens.ts'
import { createLog } from '#server/log.ts'
import type { Deps } from '#server/deps.ts'
import type { TestDatabase } from './database.ts'
import { until } from './room-client.ts'
import { freePort } from './start-product.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface WebProcess {
  url: string
  log: () => string
  /** Somebody with a workspace, by cookie and by token. */
  addPerson: (name: string) => Promise<{ cookie: string; token: string; slug: string }>
  stop: () => Promise<void>
}

/** `databaseUrl`: by which the process reaches `database`, if not directly. */
export async function startWebProcess(database: TestDatabase, databaseUrl = database.url): Promise<WebProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dataDir = mkdtempSync(join(tmpdir(), 'dh-web-'))
  const authSecret = randomUUID() + randomUUID()
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: url, DATAHARBOUR_DATA: dataDir, AUTH_SECRET: authSecret, LOG_FORMAT: 'json', LOG_LEVEL: 'info', NODE_ENV: 'production' }
  const child = spawn(process.execPath, ['server/main.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await until(() => said.includes('web is listening') || child.exitCode !== null, 'the web process listens', 30_000)
  if (child.exitCode !== null) throw new Error(`The web process ended: ${said}`)
  const config = { publicUrl: url, authSecret, isSignUpOpen: true }
  const auth = createAuth({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), db: database.db })
  const deps = { config, auth, db: database.db, sql: database.sql } as unknown as Deps

  async function addPerson(name: string) {
    const made = await signUp(deps, { name, email: `${name.toLowerCase()}@example.org`, password: 'difference engine 1', address: '10.0.0.1', userAgent: null, requestId: 'r' })
    if (!made.ok) throw new Error(made.message)
    const token = await createToken(deps, { kind: 'member', userId: made.value.userId, name, sessionId: 'a-session' }, { name: 'test', expiresInDays: null, requestId: null })
    if (!token.ok) throw new Error(token.message)
    return { cookie: made.value.cookies.map((one) => `${one.name}=${encodeURIComponent(one.value)}`).join('; '), token: token.value.token, slug: made.value.workspaceSlug }
  }

  return {
    url, addPerson,
    log: () => said,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
