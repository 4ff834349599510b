/**
 * One pool of graphile-worker. Its log lines go through ours. A look for a job holds every free named queue for its
 * moment, and skips those that another look holds: two looks at once, of two pools or for two notebooks, and one finds
 * nothing. Left to graphile, that job waits for a poll up to two seconds later. So a pool that was told of a job and
 * found none looks again within milliseconds, and pools behind which nobody waits let the others look first. After each
 * job it looks again too, since graphile frees the job's queue only after it has looked for the next one. No workspace
 * takes more than its share of the places (fair-share.ts).
 */
import { EventEmitter } from 'node:events'
import { Logger, parseCronItems, run, type CronItem, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker'
import type { Log } from '#server/log.ts'
import type { Sql } from '#server/store/client.ts'
import { createFairShare } from './fair-share.ts'
import { createHeldJobs } from './held-jobs.ts'

export interface QueueOptions {
  databaseUrl: string
  sql: Sql
  log: Log
  concurrency: number
  taskList: TaskList
  cronItems: CronItem[]
  /** Of what a person waits for: it looks at once where others let it go first. */
  isFirst: boolean
  /** It stops by itself when a newer version has changed the queue's tables: a worker without its queue must not live on. */
  onEnd: () => void
}

export interface Queue {
  poolId: string
  runner: Runner
}

const NUDGE_AFTER_MS = [2, 10, 50, 250]
/** Told of a job and found nothing: so long after that, it looks again. */
const AGAIN_AFTER_MS = [3, 10, 40, 160]
/** How long others wait when they are told; a look takes a few milliseconds. */
const LET_FIRST_MS = 15
const POLL_EVERY_MS = 2000

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const events = new EventEmitter() as WorkerEvents
  let poolId = ''
  let nudge = () => {}
  let isOpen = true
  events.on('pool:create', ({ workerPool }) => {
    poolId = workerPool.id
    nudge = () => isOpen && workerPool.nudge(1)
  })
  for (const over of ['pool:gracefulShutdown', 'pool:forcefulShutdown', 'stop'] as const) events.on(over, () => void (isOpen = false))
  events.on('job:complete', ({ job }) => {
    if (job.job_queue_id !== null) for (const ms of NUDGE_AFTER_MS) setTimeout(() => nudge(), ms).unref()
  })
  const told = lookUntilFound(() => nudge())
  events.on('pool:listen:notification', ({ message }) => void (message.channel === INSERTED && told.hear()))
  events.on('worker:getJob:empty', told.missed)
  events.on('job:start', told.found)
  events.on('worker:getJob:error', ({ error }) => options.log.warn({ err: error }, 'the queue could not be asked for work'))
  const share = createFairShare(options.concurrency)
  events.on('job:start', ({ job }) => share.answered({ id: job.id, flag: Object.keys(job.flags ?? {})[0] ?? null }))
  for (const none of ['worker:getJob:empty', 'worker:getJob:error'] as const) events.on(none, () => share.answered(null))
  events.on('job:complete', ({ job }) => share.ended(job.id))
  const held = createHeldJobs({ sql: options.sql, log: options.log, poolId: () => poolId, onFreed: () => nudge() })
  events.on('job:complete', ({ job, error }) => held.ended(job, error))
  const runner = await run({
    connectionString: withoutDisk(options.databaseUrl),
    concurrency: options.concurrency,
    maxPoolSize: options.concurrency + 2,
    pollInterval: POLL_EVERY_MS,
    forbiddenFlags: async () => {
      if (!options.isFirst) await told.letPass(LET_FIRST_MS)
      return share.ask()
    },
    noHandleSignals: true,
    taskList: options.taskList,
    parsedCronItems: parseCronItems(options.cronItems),
    logger: loggerFrom(options.log),
    events,
  })
  void runner.promise.finally(() => held.close()).then(options.onEnd, options.onEnd)
  return { poolId, runner }
}

/**
 * The queue does not wait for the disk when it takes or ends a job. What Postgres forgets of it in a crash is done once
 * more, and a run that was taken or has ended refuses that: its own rows are on the disk.
 */
function withoutDisk(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.searchParams.set('options', [url.searchParams.get('options') ?? '', '-c synchronous_commit=off'].join(' ').trim())
  return url.href
}

const INSERTED = 'jobs:insert'

/** Jobs that were told of and not found: looked for again, until they are or are another pool's. */
function lookUntilFound(nudge: () => void) {
  let wanted = 0
  let step = 0
  let heardAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null

  function missed(): void {
    const ms = AGAIN_AFTER_MS[step]
    if (wanted === 0 || timer !== null) return
    if (ms === undefined) return void (wanted = 0)
    step += 1
    timer = setTimeout(() => {
      timer = null
      nudge()
    }, ms).unref()
  }

  return {
    hear() {
      wanted += 1
      step = 0
      heardAt = performance.now()
    },
    missed,
    found: () => void (wanted = Math.max(0, wanted - 1)),
    /** Lets who was told of the same job look first. */
    async letPass(ms: number): Promise<void> {
      const rest = heardAt + ms - performance.now()
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
    },
  }
}

const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const

const loggerFrom = (log: Log): Logger => new Logger(() => (level, message) => log[LEVELS[level] ?? 'debug'](message))
