// The web server's process: how it is started and how one knows that it answers.
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SetupError, Stopped } from '../setup-error.mjs'
import { supervise } from '../supervise.mjs'
import { repoRoot } from '../where.mjs'

const viteCli = join(repoRoot, 'node_modules', 'vite', 'bin', 'vite.js')

/** In dev the vite server serves the pages and a plugin attaches the sockets to it. */
export function startWeb({ env, isDev, ...common }) {
  const args = isDev ? [viteCli, 'dev', '--host', env.HOST, '--port', env.PORT, '--strictPort'] : [join(repoRoot, 'server', 'main.ts')]
  return supervise({ ...common, name: 'web', args, graceMs: 30_000, env: { ...env, NODE_ENV: isDev ? 'development' : 'production' } })
}

function reachableHost(host) {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

function answers(host, port) {
  return new Promise((done) => {
    const request = get({ host, port, path: '/healthz', timeout: 5000 }, (response) => {
      response.resume()
      done(true)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => done(false))
  })
}

export async function waitForWeb(web, { HOST, PORT }, folders, signal, waitMs = 60_000) {
  const logFile = join(folders.logs, 'web.log')
  const end = Date.now() + waitMs
  while (!(await answers(reachableHost(HOST), Number(PORT)))) {
    if (signal.aborted) throw new Stopped()
    if (web.cannotStart()) throw new SetupError(`The web server cannot start; what it said is above and in ${logFile}.`)
    if (Date.now() > end) throw new SetupError(`The web server did not answer within ${waitMs / 1000} s; its log is ${logFile}.`)
    await sleep(50)
  }
}
