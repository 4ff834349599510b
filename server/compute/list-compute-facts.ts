/** All computes as health sees them: how each does, and whether what its row says is looked after. */
import type { ComputeFacts } from '#lib/domain/health.ts'
import type { Sql } from '../store/client.ts'

/** The one that was used last first. */
export const listComputeFacts = async (sql: Sql, recentMinutes: number): Promise<ComputeFacts[]> =>
  sql<ComputeFacts[]>`
    select c.kind, c.state, c.reason,
      c.is_given and c.memory_mb is null and c.cores is null as "isOurs",
      exists (select from workers w where w.host = c.host and w.beat_at > clock_timestamp() - interval '15 seconds') as "isWatched",
      coalesce(c.last_used_at > clock_timestamp() - ${recentMinutes} * interval '1 minute', false) as "isRecent"
    from computes c where c.is_given or c.kind = 'embedded'
    order by c.last_used_at desc nulls last`
