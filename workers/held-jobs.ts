/**
 * Jobs that are over and still held. graphile-worker lets go of a job once and does not look whether that came through: a
 * connection that breaks in that very moment leaves the job, and all that wait behind it in its queue, locked for as long
 * as this worker lives. So a moment later each job that has ended is let go of again, as graphile does it; for one that is
 * gone that does nothing.
 */
import type { Job } from 'graphile-worker'
import type { Log } from '#server/log.ts'
import { storableText } from '#server/runs/storable.ts'
import type { Sql } from '#server/store/client.ts'

export interface HeldJobs {
  ended(job: Job, error: unknown): void
  close(): void
}

interface Ended {
  id: string
  /** The same pool may have taken it anew meanwhile. */
  attempts: number
  /** Null when it succeeded. */
  problem: string | null
}

const LOOK_EVERY_MS = 1000

export function createHeldJobs(options: { sql: Sql; log: Log; poolId: () => string; onFreed: () => void }): HeldJobs {
  let ended: Ended[] = []
  let isBusy = false

  async function look(): Promise<void> {
    if (isBusy || ended.length === 0) return
    isBusy = true
    const looked = ended
    ended = []
    try {
      const freed = await letGo(options.sql, options.poolId(), looked)
      if (freed.length > 0) {
        options.log.warn({ jobs: freed }, 'jobs that were over had stayed locked')
        options.onFreed()
      }
    } catch (error) {
      options.log.warn({ err: error }, 'ended jobs could not be looked at; they are looked at again')
      ended.push(...looked)
    } finally {
      isBusy = false
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  timer.unref()
  return {
    ended: (job, error) => void ended.push({ id: String(job.id), attempts: job.attempts, problem: error === null || error === undefined ? null : storableText(String(error)) }),
    close: () => clearInterval(timer),
  }
}

/** The ids of those that were still held. */
async function letGo(sql: Sql, poolId: string, jobs: readonly Ended[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with over as (
      select (el->>'id')::bigint as id, (el->>'attempts')::integer as attempts, el->>'problem' as problem from json_array_elements(${JSON.stringify(jobs)}::json) as els(el)
    ), succeeded as (
      delete from graphile_worker._private_jobs as j using over
      where j.id = over.id and j.attempts = over.attempts and j.locked_by = ${poolId} and over.problem is null returning j.id, j.job_queue_id
    ), failed as (
      update graphile_worker._private_jobs as j
      set last_error = over.problem, run_at = greatest(now(), j.run_at) + exp(least(j.attempts, 10)) * interval '1 second', locked_by = null, locked_at = null
      from over where j.id = over.id and j.attempts = over.attempts and j.locked_by = ${poolId} and over.problem is not null returning j.id, j.job_queue_id
    ), held as (select * from succeeded union all select * from failed), queues as (
      update graphile_worker._private_job_queues as q set locked_by = null, locked_at = null
      from held where q.id = held.job_queue_id and q.locked_by = ${poolId} returning q.id
    )
    select held.id from held, (select count(*) from queues) as freed`
  return rows.map(({ id }) => id)
}
