/**
 * `node server/store/await-welcome.ts` waits until the Welcome notebook's first run has ended, so that the sign-in
 * link opens on results that are there. Exits 0 then, and at once on every later start; 1 after two minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isEnd, type RunState } from '#lib/domain/run.ts'
import { configOrExit } from '../config.ts'
import { openStore, type Sql } from './client.ts'
import { WELCOME_ID } from './welcome-notebook.ts'

const WAIT_MS = 120_000
const LOOK_EVERY_MS = 250

interface Progress {
  state: RunState
  reason: string | null
  done: number
  cells: number
}

export async function awaitWelcome(sql: Sql, report: (progress: Progress) => void): Promise<Progress | 'no-run' | 'too-slow'> {
  const until = Date.now() + WAIT_MS
  while (Date.now() < until) {
    const progress = await readProgress(sql)
    if (progress === null) return 'no-run'
    report(progress)
    if (isEnd(progress.state)) return progress
    await sleep(LOOK_EVERY_MS)
  }
  return 'too-slow'
}

/** Of the run that the seed asked for last (it belongs to no request); others are the person's own. */
async function readProgress(sql: Sql): Promise<Progress | null> {
  const [row] = await sql<Progress[]>`
    select r.state, r.reason, count(c.*) filter (where c.finished_at is not null)::int as done, count(c.*)::int as cells
    from runs r left join run_cells c on c.run_id = r.id
    where r.id = (select id from runs where notebook_id = ${WELCOME_ID} and cause = 'api' and request_id is null order by requested_at desc limit 1)
    group by r.id`
  return row ?? null
}

if (import.meta.main) {
  const store = openStore(configOrExit().databaseUrl, { name: 'await-welcome', max: 1 })
  let told = ''
  const ended = await awaitWelcome(store.sql, ({ state, done, cells }) => {
    const line = state === 'queued' || state === 'starting' ? 'starting Spark and Python' : `cell ${Math.min(done + 1, cells)} of ${cells}`
    if (line !== told && !isEnd(state)) process.stdout.write(`${line}\n`)
    told = line
  })
  await store.close()
  if (typeof ended === 'object' && ended.state !== 'succeeded') process.stderr.write(`The Welcome notebook’s first run ${ended.state}: ${ended.reason ?? 'no reason was given'}\n`)
  if (ended === 'too-slow') process.stderr.write('The Welcome notebook is still running; its results appear in the page.\n')
  process.exitCode = ended === 'too-slow' ? 1 : 0
}
