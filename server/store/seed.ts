/**
 * `npm run db:seed`, at every start: the local owner, the workspace Harbour, the sample tables, the Welcome notebook
 * and its first run, and the sample notebooks in a folder. Idempotent: what is there is left as it is, also when the person changed or threw it away.
 * The first run is a real one, which the worker executes right after the start (see await-welcome.ts).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { isEnd } from '#lib/domain/run.ts'
import { OWNER } from '../auth/local-owner.ts'
import { createDefaultCompute } from '../compute/create-default-compute.ts'
import type { Config } from '../config.ts'
import { configOrExit } from '../config.ts'
import { createLog, type Log } from '../log.ts'
import { SAMPLE_NOTEBOOKS, SAMPLES_FOLDER } from '../notebooks/add-sample-notebooks.ts'
import { insertNotebook } from '../notebooks/insert-notebook.ts'
import { requestRun } from '../runs/request-run.ts'
import { openStore, type Database, type Sql } from './client.ts'
import { user } from './schema/auth.ts'
import { notebooks } from './schema/notebooks.ts'
import { runs } from './schema/runs.ts'
import { members, workspaces } from './schema/workspaces.ts'
import type { SampleNotebook } from './sample-notebooks/build-cells.ts'
import { WELCOME, WELCOME_ID } from './welcome-notebook.ts'

const HARBOUR = { slug: 'harbour', name: 'Harbour' }
const SAMPLES = fileURLToPath(new URL('../../node_modules/vega-datasets/data', import.meta.url))
const PYTHON_CODE = fileURLToPath(new URL('../../spark', import.meta.url))

interface SeedDeps {
  config: Config
  log: Log
  db: Database
  sql: Sql
  now: () => Date
}

export async function seed(deps: SeedDeps): Promise<void> {
  const workspaceId = await seedWorkspace(deps.db)
  await loadSamples(deps)
  const isNew = await seedNotebook(deps.db, workspaceId, { id: WELCOME_ID, ...WELCOME }, '')
  for (const sample of SAMPLE_NOTEBOOKS) await seedNotebook(deps.db, workspaceId, sample, SAMPLES_FOLDER)
  if (isNew) deps.log.info('made the Welcome notebook')
  await requestFirstRun(deps)
}

async function seedWorkspace(db: Database): Promise<WorkspaceId> {
  return db.transaction(async (tx) => {
    await tx.insert(user).values({ ...OWNER, emailVerified: true }).onConflictDoNothing()
    const [made] = await tx.insert(workspaces).values(HARBOUR).onConflictDoNothing().returning({ id: workspaces.id })
    if (made === undefined) {
      const [there] = await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.slug, HARBOUR.slug))
      if (there === undefined) throw new Error('The workspace Harbour can be neither made nor found.')
      return there.id
    }
    await tx.insert(members).values({ workspaceId: made.id, userId: OWNER.id, role: 'owner' })
    await createDefaultCompute(tx, made.id)
    return made.id
  })
}

async function seedNotebook(db: Database, workspaceId: WorkspaceId, notebook: SampleNotebook, folder: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [there] = await tx.select({ id: notebooks.id }).from(notebooks).where(eq(notebooks.id, notebook.id))
    if (there !== undefined) return false
    await insertNotebook(tx, { workspaceId, folder, createdBy: OWNER.id, ...notebook })
    return true
  })
}

/** Asked for again at the next start when it was cut short or failed, unless the person has run cells meanwhile. */
async function requestFirstRun(deps: SeedDeps): Promise<void> {
  const all = await deps.db.select({ state: runs.state, requestId: runs.requestId }).from(runs).where(eq(runs.notebookId, WELCOME_ID))
  if (all.some((run) => run.requestId !== null || run.state === 'succeeded' || !isEnd(run.state))) return
  const owner = { kind: 'member', userId: OWNER.id, name: OWNER.name, sessionId: null } as const
  const requested = await requestRun({ ...deps, readNotebook: () => Promise.resolve(WELCOME) }, owner, {
    notebookId: WELCOME_ID, scope: { kind: 'all' }, requestId: null,
  })
  if (!requested.ok) throw new Error(`The Welcome notebook cannot be run: ${requested.message}`)
}

async function loadSamples({ config, log }: SeedDeps): Promise<void> {
  const child = spawn(config.python, ['-m', 'dataharbour.samples', '--source', SAMPLES], { cwd: PYTHON_CODE, stdio: ['ignore', 'inherit', 'pipe'] })
  const lastLines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    process.stderr.write(`${line}\n`)
    lastLines.push(line)
    if (lastLines.length > 5) lastLines.shift()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The sample tables could not be loaded (exit ${code}): ${lastLines.join(' | ')}`)
  log.debug('sample tables are in place')
}

if (import.meta.main) {
  const config = configOrExit()
  const log = createLog(config, 'seed')
  const store = openStore(config.databaseUrl, { name: 'seed', max: 4 })
  try {
    await seed({ config, log, db: store.db, sql: store.sql, now: () => new Date() })
  } catch (error) {
    log.error({ err: error }, 'seeding failed')
    process.exitCode = 1
  } finally {
    await store.close()
  }
}
