/**
 * A link shows a notebook as it is now: of each cell what it ran last. What it showed before is for members; for a while
 * it is still there for pages that are about to learn of the newer (docs/decisions/0012-what-a-link-shows.md).
 */
import { sql } from 'drizzle-orm'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'

/** For so long a guest may go on with what was on the screen. */
export const STILL_SHOWN_MS = 10 * 60_000

/** Whether the run, or this cell's part of it, is the newest that has ended, or goes on. */
export async function isShownNow(db: Executor, { runId, cellId }: { runId: RunId; cellId: CellId | null }): Promise<boolean> {
  const [row] = await db.execute<{ isShown: boolean }>(sql`
    select exists (
      select from run_cells c where c.run_id = ${runId} and (${cellId}::text is null or c.cell_id = ${cellId}) and not exists (
        select from run_cells newer
        where newer.notebook_id = c.notebook_id and newer.cell_id = c.cell_id and newer.started_at > c.started_at
          and newer.finished_at is not null and greatest(newer.finished_at, c.finished_at) < now() - ${`${STILL_SHOWN_MS} milliseconds`}::interval and c.finished_at is not null
      )
    ) as "isShown"`)
  return row?.isShown ?? false
}
