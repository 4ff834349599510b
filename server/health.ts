/**
 * Health: the state of each part, for `GET /healthz`. The page answers 503 with the reason when one is down;
 * a compute that sleeps is up (it starts when it is needed).
 */
import { checkWorkers } from './compute/check-workers.ts'
import type { Deps } from './deps.ts'

export interface PartHealth {
  state: 'up' | 'down' | 'asleep'
  reason: string | null
  ms: number
}

export interface Health {
  state: 'up' | 'down'
  parts: Record<'postgres' | 'objects' | 'worker' | 'compute' | 'reader', PartHealth>
}

const CHECK_WITHIN_MS = 3000

export async function checkHealth(deps: Deps): Promise<Health> {
  const [postgres, objects, worker, compute, reader] = await Promise.all([
    check(async () => void (await deps.sql`select 1`), 'The database does not answer.'),
    check(() => deps.objects.check(), 'The object store does not answer.'),
    check(async () => { if (!(await checkWorkers(deps.sql))) throw new Error('no heartbeat') }, 'No worker is running: runs wait in the queue.'),
    checkCompute(deps),
    check(() => deps.reader.check(), 'The reader process does not answer: tables cannot be shown.'),
  ])
  const parts = { postgres, objects, worker, compute, reader }
  return { state: Object.values(parts).some((part) => part.state === 'down') ? 'down' : 'up', parts }
}

async function checkCompute(deps: Deps): Promise<PartHealth> {
  const startedAt = performance.now()
  const states = new Set<string>()
  const part = await check(async () => {
    const rows = await deps.sql<{ state: string; reason: string | null }[]>`select state, reason from computes`
    for (const row of rows) states.add(row.state)
    const failed = rows.find((row) => row.state === 'failed')
    if (failed !== undefined) throw new Error(failed.reason ?? 'failed')
  }, 'Spark stopped unexpectedly; the next run starts it again.')
  if (part.state === 'down' || states.has('running')) return part
  return { state: 'asleep', reason: null, ms: Math.round(performance.now() - startedAt) }
}

async function check(probe: () => Promise<void>, sentence: string): Promise<PartHealth> {
  const startedAt = performance.now()
  const within = AbortSignal.timeout(CHECK_WITHIN_MS)
  try {
    await Promise.race([probe(), new Promise((_, reject) => within.addEventListener('abort', () => reject(new Error('timeout'))))])
    return { state: 'up', reason: null, ms: Math.round(performance.now() - startedAt) }
  } catch {
    return { state: 'down', reason: sentence, ms: Math.round(performance.now() - startedAt) }
  }
}
