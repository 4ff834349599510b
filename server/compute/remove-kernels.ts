/**
 * Removes the rows of kernels that ended long ago: a schedule makes one with each run. The last of a notebook's own stays, however
 * old: its page says from it how the kernel ended. Their logs are files of the machines they were on (workers/kernels/remove-logs.ts).
 */
import { sql } from 'drizzle-orm'
import type { CoreDeps } from '../deps.ts'

export const KERNEL_KEPT_DAYS = 30

/** What ended before is of no use any more. */
export const keptSince = (now: Date): Date => new Date(now.getTime() - KERNEL_KEPT_DAYS * 24 * 3600_000)

/** Says how many rows went. */
export async function removeKernels({ db, now }: Pick<CoreDeps, 'db' | 'now'>): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with gone as (
      delete from kernels k where k.ended_at < ${keptSince(now()).toISOString()}::timestamptz and (k.run_id is not null or exists (
        select from kernels later where later.notebook_id = k.notebook_id and later.run_id is null and later.started_at > k.started_at))
      returning k.id
    )
    select count(*)::int as count from gone`)
  return row?.count ?? 0
}
