/**
 * One pool of graphile-worker. Its log lines go through ours. graphile frees a named queue only after it has looked
 * for the next job, which would leave the next run of a notebook to the poll two seconds later: so after each job the
 * pool is nudged to look again. No workspace takes more than its share of the places (fair-share.ts).
 */
import { EventEmitter } from 'node:events'
import { Logger, parseCronItems, run, type CronItem, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker'
import type { Log } from '#server/log.ts'
import { createFairShare } from './fair-share.ts'

export interface QueueOptions {
  databaseUrl: string
  log: Log
  concurrency: number
  taskList: TaskList
  cronItems: CronItem[]
  /** It stops by itself when a newer version has changed the queue's tables: a worker without its queue must not live on. */
  onEnd: () => void
}

export interface Queue {
  poolId: string
  runner: Runner
}

const NUDGE_AFTER_MS = [2, 10, 50, 250]
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
  events.on('worker:getJob:error', ({ error }) => options.log.warn({ err: error }, 'the queue could not be asked for work'))
  const share = createFairShare(options.concurrency)
  events.on('job:start', ({ job }) => share.answered({ id: job.id, flag: Object.keys(job.flags ?? {})[0] ?? null }))
  for (const none of ['worker:getJob:empty', 'worker:getJob:error'] as const) events.on(none, () => share.answered(null))
  events.on('job:complete', ({ job }) => share.ended(job.id))
  const runner = await run({
    connectionString: options.databaseUrl,
    concurrency: options.concurrency,
    maxPoolSize: options.concurrency + 2,
    pollInterval: POLL_EVERY_MS,
    forbiddenFlags: () => share.ask(),
    noHandleSignals: true,
    taskList: options.taskList,
    parsedCronItems: parseCronItems(options.cronItems),
    logger: loggerFrom(options.log),
    events,
  })
  void runner.promise.then(options.onEnd, options.onEnd)
  return { poolId, runner }
}

const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const

const loggerFrom = (log: Log): Logger => new Logger(() => (level, message) => log[LEVELS[level] ?? 'debug'](message))
