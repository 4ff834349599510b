/**
 * The Postgres driver (postgres 3.4.9) throws out of a timer when a connection breaks in the middle of a transaction, where
 * nobody can catch it; the transaction itself is refused as it should be. That must not end the process, with everybody's
 * sockets on it. Anything else that nobody caught still does.
 */
import type { Log } from '../log.ts'

export function surviveDriver(log: Log): void {
  process.on('uncaughtException', (error) => {
    if (isDriverFault(error)) return log.warn({ err: error }, 'a connection to Postgres broke in the middle of a transaction')
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
}

export const isDriverFault = (error: unknown): boolean =>
  error instanceof TypeError && /\bnextWrite\b[^\n]*[\\/]postgres[\\/](src|cjs[\\/]src)[\\/]connection\.js/.test(error.stack ?? '')
