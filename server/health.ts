/**
 * Health: the state of each part, for `GET /healthz`, told truly within seconds whatever is away. What only the database
 * knows is `unknown` without it. Anybody may ask, as often as they like: there is one look at a part at a time, which all
 * who ask share, and a look that hangs is given up. The log gets the error behind a part that goes down, once.
 */
import { RECENT_MINUTES, tellCompute, tellWorker, type ComputeFacts, type Part, type PartHealth } from '#lib/domain/health.ts'
import { checkWorkers } from './compute/check-workers.ts'
import { listComputeFacts } from './compute/list-compute-facts.ts'
import type { CoreDeps } from './deps.ts'
import type { Reader } from './reader/reader.ts'

export interface Health {
  state: 'up' | 'down'
  parts: Record<Part, PartHealth & { ms: number }>
}

export interface HealthWatch {
  check(): Promise<Health>
}

const CHECK_WITHIN_MS = 3000
/** A look that hangs longer holds nobody back any more: the part may be there again, on another connection. */
const GIVE_UP_MS = 15_000

const UP: PartHealth = { state: 'up', reason: null }
const NO_DATABASE: PartHealth = { state: 'unknown', reason: 'The database does not answer, so this is not known.' }

interface Rows { isAlive: boolean; facts: ComputeFacts[] }

type HealthDeps = Pick<CoreDeps, 'sql' | 'log' | 'objects'> & { reader: Pick<Reader, 'check'> }

export function createHealth(deps: HealthDeps, times = { withinMs: CHECK_WITHIN_MS, giveUpMs: GIVE_UP_MS }): HealthWatch {
  const shared = <T>(look: () => Promise<T>) => oneAtATime(look, times)
  const lookAtRows = shared<Rows>(async () => {
    const [isAlive, facts] = await Promise.all([checkWorkers(deps.sql), listComputeFacts(deps.sql, RECENT_MINUTES)])
    return { isAlive, facts }
  })
  const lookAtObjects = shared(() => deps.objects.check())
  const lookAtReader = shared(() => deps.reader.check())
  const downBefore = new Set<Part>()

  async function tell(part: Part, look: () => Promise<PartHealth>, explain: (error: unknown) => string = () => 'It does not answer.'): Promise<PartHealth & { ms: number }> {
    const startedAt = performance.now()
    const told = await look().catch((error: unknown): PartHealth => {
      if (!downBefore.has(part)) deps.log.warn({ err: error, part }, 'a part does not answer')
      return { state: 'down', reason: explain(error) }
    })
    if (told.state === 'down') downBefore.add(part)
    else downBefore.delete(part)
    return { ...told, ms: Math.round(performance.now() - startedAt) }
  }

  async function check(): Promise<Health> {
    const rows = lookAtRows()
    const fromRows = (read: (known: Rows) => PartHealth) => () => rows.then(read, () => NO_DATABASE)
    const [postgres, objects, worker, compute, reader] = await Promise.all([
      tell('postgres', () => rows.then(() => UP), () => 'The database does not answer.'),
      tell('objects', () => lookAtObjects().then(() => UP), explainObjects),
      tell('worker', fromRows(({ isAlive }) => tellWorker(isAlive))),
      tell('compute', fromRows(({ isAlive, facts }) => tellCompute(facts, isAlive))),
      tell('reader', () => lookAtReader().then(() => UP), () => 'The reader process does not answer: tables cannot be shown.'),
    ])
    const parts = { postgres, objects, worker, compute, reader }
    return { state: Object.values(parts).some(({ state }) => state === 'down') ? 'down' : 'up', parts }
  }

  return { check }
}

/** The store's own word is in the log; it names the bucket and where the store is. */
function explainObjects(error: unknown): string {
  const { code } = (error instanceof Error ? (error.cause ?? error) : {}) as { code?: unknown }
  if (code === 'NoSuchBucket') return 'The object store answers, but the bucket is not there.'
  if (code === 'AccessDenied' || code === 'InvalidAccessKeyId' || code === 'SignatureDoesNotMatch') return 'The object store answers, but does not take the keys that it is asked with.'
  return 'The object store does not answer.'
}

/** Who asks while a look is under way waits for that one, each for so long at most. */
function oneAtATime<T>(look: () => Promise<T>, { withinMs, giveUpMs }: { withinMs: number; giveUpMs: number }): () => Promise<T> {
  let current: { answer: Promise<T>; since: number } | null = null

  function begin(): { answer: Promise<T>; since: number } {
    const mine = { answer: look(), since: performance.now() }
    const finish = () => void (current === mine && (current = null))
    mine.answer.then(finish, finish)
    return mine
  }

  return async () => {
    if (current === null || performance.now() - current.since > giveUpMs) current = begin()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${withinMs} ms`)), withinMs)))
    return Promise.race([current.answer, late]).finally(() => clearTimeout(timer))
  }
}
