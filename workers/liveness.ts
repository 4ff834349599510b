/**
 * Shows that this worker lives: a row per queue pool, an advisory lock on a connection of its own held for life, and a
 * beat every 5 s by the database's clock. Whoever finds the lock free and the beat old frees what the worker held
 * (server/runs/sweep.ts). The other way round, a worker that finds its row gone ends itself: its runs are not its own any
 * more. One that cannot ask cannot know: the database itself may be away, for everybody. It waits and its kernels go on,
 * but none of its runs begins another cell; what it writes later is refused if they were given up (attempt tokens).
 */
import postgres from 'postgres'
import { hostName } from '#server/config.ts'
import type { Log } from '#server/log.ts'
import { WORKER_LOCK } from '#server/runs/sweep.ts'

export interface Liveness {
  register(poolId: string): Promise<void>
  /** Resolves while nobody can have taken this worker for dead: at once after a beat, else with the next. */
  confirmed(): Promise<void>
  /** Takes the rows away: nothing of this worker is left to free. */
  close(): Promise<void>
}

const BEAT_EVERY_MS = 5000
/** A beat that failed is tried again so soon: who is back late would be taken for dead. */
const LOOK_EVERY_MS = 1000
/** Whose beat is younger than this nobody can have taken for dead yet (sweep.ts: 10.5 s at the least). */
const SURE_FOR_MS = 9000
/** How long the database may be away. Shorter than the patience of a write (with-patience.ts). */
const PATIENCE_MS = 75_000

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
  let isBeating = false
  let nextBeat = Promise.withResolvers<void>()
  let timer: ReturnType<typeof setInterval> | null = null

  const isSure = (): boolean => performance.now() - beatAt < SURE_FOR_MS

  async function beat(begunAt: number): Promise<void> {
    const ids = [...pools]
    const rows = await sql<{ backend: number }[]>`update workers set beat_at = clock_timestamp() where id = any(${ids}::text[]) returning pg_backend_pid() as backend`
    if (rows.length < ids.length) return options.onLost('it was taken for dead and its runs were given up')
    beatAt = begunAt
    if (isSure()) {
      nextBeat.resolve()
      nextBeat = Promise.withResolvers()
    }
    const backend = rows[0]?.backend
    if (backend === undefined || backend === lockedBy) return
    // Not waited for: what was cut off may hold it a while longer, which shows just as well that we live.
    const locks = await sql<{ isOurs: boolean }[]>`select pg_try_advisory_lock(${WORKER_LOCK}, hashtext(id)) as "isOurs" from unnest(${ids}::text[]) as mine(id)`
    if (locks.every(({ isOurs }) => isOurs)) lockedBy = backend
  }

  function look(): void {
    const now = performance.now()
    if (now - beatAt > PATIENCE_MS) return options.onLost('it could not reach the database')
    if (isBeating || now - beatAt < BEAT_EVERY_MS) return
    isBeating = true
    void beat(now).catch((error: unknown) => options.log.warn({ err: error }, 'the beat failed')).finally(() => (isBeating = false))
  }

  return {
    async register(poolId) {
      pools.add(poolId)
      await sql`insert into workers (id, host, pid) values (${poolId}, ${hostName()}, ${process.pid}) on conflict (id) do update set beat_at = clock_timestamp()`
      await sql`select pg_advisory_lock(${WORKER_LOCK}, hashtext(${poolId}))`
      lockedBy = (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid
      timer ??= setInterval(look, LOOK_EVERY_MS)
    },
    confirmed: () => (isSure() ? Promise.resolve() : nextBeat.promise),
    async close() {
      if (timer !== null) clearInterval(timer)
      const ids = [...pools]
      pools.clear()
      await sql`delete from workers where id = any(${ids}::text[])`.catch((error: unknown) => options.log.warn({ err: error }, 'the worker’s row could not be removed'))
      await sql.end({ timeout: 2 })
    },
  }
}
