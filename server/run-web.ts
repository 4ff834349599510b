/**
 * One web process: serves the app, the API and the sockets on one port. On SIGTERM it stops taking connections, writes
 * what is pending, tells clients to come back, and ends.
 */
import cluster from 'node:cluster'
import { createServer, type RequestListener } from 'node:http'
import { attach } from './attach.ts'
import { tellHandler, WRONG_SETTING, type Config } from './config.ts'
import { publishDeps } from './deps.ts'
import { createLog, logCrashes } from './log.ts'
import { openDeps } from './open-deps.ts'
import { createUpgradePass, NO_PASS } from './processes/pass-upgrades.ts'
import { refuseEarly } from './refuse-early.ts'

const STOP_WITHIN_MS = 10_000
/** One is taken in each turn of the event loop; those beyond these must call again, each time twice as late. */
const WAITING_CONNECTIONS = 4096

export async function runWeb(config: Config): Promise<void> {
  const log = createLog(config, 'web')
  const { deps, close } = await openDeps(config, log).catch((error: unknown) => exitWith(`The web process cannot start: ${String(error)}`))
  publishDeps(deps)
  tellHandler(config)
  // By address: the build need not exist when the types are checked.
  const { handler } = (await import(new URL('../build/handler.js', import.meta.url).href)) as { handler: RequestListener }

  const isHttps = new URL(config.publicUrl).protocol === 'https:'
  const server = createServer((request, response) => {
    // Overwritten on purpose: a client must not choose the protocol that the origin check sees.
    request.headers['x-forwarded-proto'] = isHttps ? 'https' : 'http'
    if (!refuseEarly(request, response)) handler(request, response)
  })
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 15_000
  attach(server, deps, { passUnknown: false, upgrades: cluster.isWorker ? createUpgradePass(server) : NO_PASS })
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') exitWith(`Port ${config.port} is in use. Stop the other program or choose another with PORT=….`)
    throw error
  })
  server.listen({ port: config.port, host: config.host, backlog: WAITING_CONNECTIONS }, () => log.info({ url: config.publicUrl }, 'web is listening'))

  let isStopping = false
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'web is stopping')
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    server.close()
    await close()
    server.closeAllConnections()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
  logCrashes(log)
}

function exitWith(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(WRONG_SETTING)
}
