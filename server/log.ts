/**
 * Log: one JSON line per event, in every process. `component` says which process, `requestId` and `runId`
 * go from browser to kernel. Secrets never enter: known fields are redacted, share tokens are cut from paths, and what
 * people wrote from errors.
 */
import pino from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config.ts'
import { describeError } from './log-error.ts'

export type Log = pino.Logger

const SECRET_FIELDS = ['password', 'token', 'authorization', 'cookie', 'secretKey', 'sessionToken', 'key', 'authSecret', 'databaseUrl']

export function createLog(config: Pick<Config, 'log'>, component: string): Log {
  const options: pino.LoggerOptions = {
    level: config.log.level,
    base: { component },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[hidden]' },
  }
  if (config.log.format === 'pretty') return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
  return pino(options)
}

/** What nobody caught is a bug: a lost promise is told, an exception ends the process, and its supervisor starts a new one. */
export function logCrashes(log: Log): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
}

/** A path fit for the log: share and embed tokens are hidden. */
export const safePath = (path: string): string => path.replace(/^\/(share|embed)\/[^/?]+/, '/$1/[hidden]').replace(/(\/spark-ui\/p\/)[^/?]+/, '$1[hidden]').replace(/([?&]token=)[^&]+/, '$1[hidden]')
