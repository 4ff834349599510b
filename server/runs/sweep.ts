/**
 * The sweep: frees what dead workers held, so that no run stays open and no queue stays locked (graphile-worker alone
 * would wait 4 hours). Any process may run it, one at a time. Each step stands alone and can be repeated.
 *
 * [SWEEP1] A worker is in doubt when its advisory lock is free and its beat is 7 s old, or when its beat is 21 s old
 *          (stopped or cut off: its lock may still be held). It is dead when it still is so, with the same beat, 3.5 s
 *          later and Postgres took writes all the while: where that was away nobody could beat, and the living get that
 *          time to come back. A living worker that finds its row gone ends itself.
 * [SWEEP2] An interactive run of a dead worker is `lost`; a scheduled one is queued again while attempts remain.
 * [SWEEP3] An open run whose worker lives but has no job for it any more has been let go of: it ends like one whose
 *          worker died. The run ends before its job goes, so one snapshot of both never shows that by chance.
 * [SWEEP4] A queued run without a job that can still start gets a new one.
 * [SWEEP5] A queued run, or a restart, whose job waits for a machine on which nobody works any more gets one that any worker takes.
 */
import { eq, sql } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { askToStop, type KernelToStop } from '../compute/ask-to-stop.ts'
import { taskOn } from '../compute/task-at-kernel.ts'
import type { Log } from '../log.ts'
import type { Database, Sql } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { applyRunEvent } from './apply-run-event.ts'
import { RUN_CONTROL_CHANNEL } from './cancel-run.ts'
import { addRunJob } from './insert-run.ts'
import { alignJobs } from './order-queue.ts'

/** First key of the advisory lock that each worker holds for its life; the second is hashtext(worker id). */
export const WORKER_LOCK = 7_241_002
const SWEEP_LOCK = 7_241_003
const LOST = 'The worker that ran this died. Run it again.'

/** How long after it was first doubted a worker is dead. */
const DOUBTED_MS = 3500

/** By worker and beat, since when one process has found it silent, by performance.now(). A sweep that failed ends them: the database was away. */
export type Doubts = Map<string, number>

type Deps = { sql: Sql; db: Database; log: Log; now: () => Date }

export async function sweep(deps: Deps, doubts: Doubts): Promise<void> {
  if (await hasJustStarted(deps.sql)) return
  const isOurs = await freeDeadWorkers(deps, doubts)
  if (!isOurs) return
  for (const run of await runsWithoutWorker(deps.sql)) await giveUp(deps, run.id)
  for (const run of await runsWithoutJob(deps.sql)) await giveJob(deps, run.id, 'a queued run had no job: it has one again')
  for (const run of await runsOfLeftHosts(deps.sql)) await giveJob(deps, run.id, 'a queued run waited for a machine without workers: any takes it now')
  for (const { payload } of await stopsOfLeftHosts(deps.sql)) await askToStop(deps.db, payload)
}

/** After a restart of Postgres every lock is gone and every beat is old: the living get time to come back. */
async function hasJustStarted(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ isNew: boolean }[]>`select pg_postmaster_start_time() > clock_timestamp() - interval '10 seconds' as "isNew"`
  return row?.isNew ?? true
}

/** False when another process sweeps just now. */
function freeDeadWorkers({ sql, log }: Deps, doubts: Doubts): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [lock] = await tx<{ isOurs: boolean }[]>`select pg_try_advisory_xact_lock(${SWEEP_LOCK}::bigint) as "isOurs"`
    if (lock?.isOurs !== true) return false
    // Their rows are held against a beat of this moment; a database that takes no writes refuses that.
    const stale = await tx<{ id: string; beat: string; isSilent: boolean }[]>`
      select id, beat_at::text as beat, beat_at < clock_timestamp() - interval '21 seconds' as "isSilent" from workers
      where beat_at < clock_timestamp() - interval '7 seconds' for update skip locked`
    const silent: { id: string; beat: string }[] = []
    for (const { id, beat, isSilent } of stale) {
      const [free] = await tx<{ isFree: boolean }[]>`select pg_try_advisory_xact_lock(${WORKER_LOCK}, hashtext(${id})) as "isFree"`
      if (isSilent || free?.isFree === true) silent.push({ id, beat })
    }
    const dead = settleDoubts(doubts, silent)
    // Locks of workers that are not in the table: one whose row was removed while it was stopped.
    const strangers = await tx<{ id: string }[]>`
      select distinct locked_by as id from (
        select locked_by, locked_at from graphile_worker._private_jobs union all select locked_by, locked_at from graphile_worker._private_job_queues
      ) held where locked_by is not null and locked_at < clock_timestamp() - interval '15 seconds' and locked_by not in (select id from workers)`
    const gone = [...dead, ...strangers.map((row) => row.id)]
    if (gone.length === 0) return true
    log.warn({ workers: gone }, 'freeing what dead workers held')
    await tx`select graphile_worker.force_unlock_workers(${gone}::text[])`
    await tx`delete from workers where id = any(${gone}::text[])`
    return true
  })
}

/** Those that have been in doubt for long enough; of the others it is noted that they are now. */
function settleDoubts(doubts: Doubts, silent: readonly { id: string; beat: string }[]): string[] {
  const now = performance.now()
  const known = new Map(doubts)
  doubts.clear()
  for (const { id, beat } of silent) doubts.set(`${id} ${beat}`, known.get(`${id} ${beat}`) ?? now)
  return silent.filter(({ id, beat }) => now - doubts.get(`${id} ${beat}`)! >= DOUBTED_MS).map(({ id }) => id)
}

const runsWithoutWorker = (sql: Sql) => sql<{ id: RunId }[]>`
  select id from runs where finished_at is null and state <> 'queued' and (
    worker_id is null or worker_id not in (select id from workers) or not exists (select from graphile_worker.jobs where key = 'run:' || runs.id)
  ) order by requested_at`

async function giveUp({ db, log, now }: Deps, runId: RunId): Promise<void> {
  await db.transaction(async (tx) => {
    const [run] = await tx.select().from(runs).where(eq(runs.id, runId)).for('update')
    if (run === undefined || run.finishedAt !== null || run.state === 'queued') return
    const canRetry = run.attempt < run.maxAttempts && run.state !== 'cancelling'
    await tx.execute(sql`select from graphile_worker.remove_job(${`run:${runId}`})`)
    const reason = run.state === 'cancelling' ? run.reason : LOST
    const ended = await applyRunEvent(tx, { runId, event: canRetry ? 'requeue' : run.state === 'cancelling' ? 'cancelled' : 'lose', reason: canRetry ? null : reason, now: now() })
    await tx.execute(sql`select pg_notify(${RUN_CONTROL_CHANNEL}, ${`${runId} over`})`)
    log.warn({ runId, state: ended.ok ? ended.value.state : ended.reason, attempt: run.attempt }, 'a run lost its worker')
  })
}

const runsWithoutJob = (sql: Sql) => sql<{ id: RunId }[]>`
  select id from runs where state = 'queued' and requested_at < clock_timestamp() - interval '5 seconds'
    and not exists (select from graphile_worker.jobs where key = 'run:' || runs.id and (locked_at is not null or attempts < max_attempts))`

const runsOfLeftHosts = (sql: Sql) => sql<{ id: RunId }[]>`
  select runs.id from graphile_worker.jobs join runs on jobs.key = 'run:' || runs.id
  where runs.state = 'queued' and jobs.locked_at is null and starts_with(jobs.task_identifier, ${taskOn('run-notebook', '')}) and replace(jobs.task_identifier, ${taskOn('run-notebook', '')}, '') not in (select host from workers)`

const stopsOfLeftHosts = (sql: Sql) => sql<{ payload: KernelToStop }[]>`
  select held.payload from graphile_worker.jobs join graphile_worker._private_jobs held on held.id = jobs.id
  where starts_with(jobs.key, 'stop-kernel:') and jobs.locked_at is null and starts_with(jobs.task_identifier, ${taskOn('stop-kernel', '')}) and replace(jobs.task_identifier, ${taskOn('stop-kernel', '')}, '') not in (select host from workers)`

async function giveJob({ db, log }: Deps, runId: RunId, why: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [run] = await tx.select().from(runs).where(eq(runs.id, runId)).for('update')
    if (run?.state !== 'queued') return
    await addRunJob(tx, run)
    await alignJobs(tx, run)
    log.warn({ runId }, why)
  })
}
