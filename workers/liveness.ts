/**
 * Shows that this worker lives: a row per queue pool, an advisory lock on a connection of its own held for life, and a
 * beat every 5 s by the database's clock. Whoever finds the lock free and the beat old frees what the worker held
 * (server/runs/sweep.ts). The other way round, a worker that finds its row gone, or the database for 10 s, ends
 * itself: it may no longer believe that its runs are its own.
 */
import postgres from 'postgres'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import { WORKER_LOCK } from '#server/runs/sweep.ts'

export interface Liveness {
  register(poolId: string): Promise<void>
  /** Takes the rows away: nothing of this worker is left to free. */
  close(): Promise<void>
}

const BEAT_EVERY_MS = 5000
const PATIENCE_MS = 10_000

export function createLiveness(options: { databaseUrl: string; log: Log; onLost: (why: string) => void }): Liveness {
  const sql = postgres(options.databaseUrl, {
    max: 1,
    // The lock lives as long as its connection: it must not be closed for being idle or old.
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    backoff: () => 0.5,
    onnotice: () => {},
    connection: { application_name: 'dataharbour-liveness', tcp_keepalives_idle: 5, tcp_keepalives_interval: 2, tcp_keepalives_count: 3 } as Record<string, string | number>,
  })
  const pools = new Set<string>()
  let lockedBy: number | null = null
  let beatAt = performance.now()
  let timer: ReturnType<typeof setInterval> | null = null

  async function lock(): Promise<void> {
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
    if (row!.pid !== lockedBy) for (const id of pools) await sql`select pg_advisory_lock(${WORKER_LOCK}, hashtext(${id}))`
    lockedBy = row!.pid
  }

  async function beat(): Promise<void> {
    await lock()
    const rows = await sql`update workers set beat_at = clock_timestamp() where id = any(${[...pools]}::text[]) returning id`
    beatAt = performance.now()
    if (rows.length < pools.size) options.onLost('it was taken for dead and its runs were given up')
  }

  function tick(): void {
    const silent = performance.now() - beatAt
    void beat().catch((error: unknown) => options.log.warn({ err: error }, 'the beat failed'))
    if (silent > PATIENCE_MS + BEAT_EVERY_MS) options.onLost('it could not reach the database')
  }

  return {
    async register(poolId) {
      pools.add(poolId)
      await sql`insert into workers (id, host, pid) values (${poolId}, ${hostName()}, ${process.pid}) on conflict (id) do update set beat_at = clock_timestamp()`
      await sql`select pg_advisory_lock(${WORKER_LOCK}, hashtext(${poolId}))`
      lockedBy = (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid
      timer ??= setInterval(tick, BEAT_EVERY_MS)
    },
    async close() {
      if (timer !== null) clearInterval(timer)
      const ids = [...pools]
      pools.clear()
      await sql`delete from workers where id = any(${ids}::text[])`.catch((error: unknown) => options.log.warn({ err: error }, 'the worker’s row could not be removed'))
      await sql.end({ timeout: 2 })
    },
  }
}
