// `npm start` from the first look to the last stop: fetch what is missing, start the stores,
// build, migrate, seed, start web and worker, print one line, wait; then stop in the order
// web, worker, compute, MinIO, Postgres, so that everybody can still write what is pending.
import { createContext } from './context.mjs'
import { makeDataFolder } from './data-folder.mjs'
import { errorFields, logStep } from './log.mjs'
import { findFreePort, whyNotPort } from './ports.mjs'
import { productEnvironment } from './product-env.mjs'
import { showTime } from './progress.mjs'
import { awaitWelcome, checkConfig, issueSignInLink, migrate, seed } from './scripts.mjs'
import { beginStores } from './services/stores.mjs'
import { startWeb, waitForWeb } from './services/web.mjs'
import { startWorker, stopCompute } from './services/worker.mjs'
import { dataFolderOf, readSettings } from './settings.mjs'
import { explainFailure, SetupError, Stopped } from './setup-error.mjs'
import { onStopSignals } from './signals.mjs'
import { claimDataFolder } from './single-start.mjs'
import { buildApp } from './steps/build.mjs'
import { stopLeftover } from './supervise.mjs'
import { beginToolchain, toolEnvironment } from './toolchain.mjs'

async function choosePort({ PORT = '3000', HOST = '127.0.0.1' }) {
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new SetupError(`PORT=${PORT} is not a port: give a number from 1 to 65535, or 0 for any free one.`)
  const why = await whyNotPort(port, HOST)
  if (why === undefined) return { HOST, PORT: String(port === 0 ? await findFreePort(HOST) : port) }
  if (why === 'EADDRINUSE') throw new SetupError(`Port ${port} is in use by another program: stop that one, or choose another port, for example PORT=${port + 1} npm start.`)
  if (why === 'EACCES') throw new SetupError(`This user may not listen on port ${port}: choose one of 1024 or more, for example PORT=3000 npm start.`)
  throw new SetupError(`HOST=${HOST} is no address of this machine (${why}): leave it out, or give 0.0.0.0 for all of its addresses.`)
}

/** Everything up to "ready"; what it starts is entered in `started` at once, so that it can be stopped. */
async function bringUp(ctx, address, started, isDev) {
  const parts = beginToolchain(ctx)
  await parts.npm
  await ctx.guard(logStep(ctx.log, 'settings', () => checkConfig(ctx, productEnvironment(ctx, address))))
  started.stores = beginStores(ctx, parts)
  const built = isDev ? undefined : ctx.guard(ctx.progress.step('web app', (report) => buildApp(ctx, report)))
  const env = productEnvironment(ctx, { ...address, ...(await toolEnvironment(parts)), ...(await started.stores.env()) })
  started.env = env
  await ctx.progress.step('database', () => migrate(ctx, env))
  await ctx.progress.step('sample data', (report) => seed(ctx, env, report))
  await built
  const common = { env, folders: ctx.folders, say: ctx.progress.say, tell: ctx.tell, isJson: ctx.env.LOG_FORMAT === 'json' }
  if (ctx.signal.aborted) throw new Stopped()
  started.web = startWeb({ ...common, isDev })
  started.worker = startWorker(common)
  const [link] = await Promise.all([
    ctx.guard(issueSignInLink(ctx, env)),
    ctx.guard(ctx.progress.step('Welcome notebook', (report) => awaitWelcome(ctx, env, report))),
    ctx.guard(logStep(ctx.log, 'web server', () => waitForWeb(started.web, env, ctx.folders, ctx.signal))),
  ])
  return link
}

async function takeDown(ctx, started) {
  const stop = (what, work) => work && logStep(ctx.log, `stop ${what}`, work)
  await stop('web server', started.web?.stop)
  await stop('worker', started.worker?.stop)
  await stop('kernels and Spark', started.worker && (() => stopCompute(started.env, ctx.logFile('stop'))))
  await stop('stores', started.stores?.stop)
}

function forceDown(ctx, started) {
  ctx.log.warn({}, 'stopped at once')
  started.web?.stop({ force: true })
  started.worker?.stop({ force: true })
  // Postgres and MinIO are left running; the next start takes them over.
  process.stderr.write('Stopped at once; the next start tidies up.\n')
  process.exit(1)
}

function showFailure(ctx, error) {
  if (!(error instanceof Stopped)) process.stderr.write(`\n${explainFailure(error, ctx.log)}\n`)
}

export async function startProduct(argv) {
  const began = Date.now()
  const settings = readSettings()
  const folders = makeDataFolder(dataFolderOf(settings))
  const ctx = createContext({ name: 'start', folders, env: settings })
  const started = {}
  let askedToStop
  const stopAsked = new Promise((done) => (askedToStop = done))
  let release
  let code = 0
  try {
    release = claimDataFolder(folders)
    ctx.log.info({ node: process.version, arguments: argv }, 'start began')
    for (const name of ['web', 'worker']) await stopLeftover(folders, name)
    const address = await choosePort(settings)
    onStopSignals(
      (signal) => {
        ctx.log.info({ signal }, 'asked to stop')
        ctx.progress.say('\nStopping; everything is being saved. (Ctrl-C again: at once.)')
        ctx.stop()
        askedToStop()
      },
      () => forceDown(ctx, started),
    )
    const link = await bringUp(ctx, address, started, argv.includes('--dev'))
    ctx.progress.say(`  Started in ${showTime(Date.now() - began)}. Logs: ${folders.logs}. Stop with Ctrl-C.`)
    ctx.log.info({ ms: Date.now() - began, port: Number(address.PORT) }, 'ready')
    ctx.progress.say(`DataHarbour is ready: ${link}`)
    await stopAsked
  } catch (error) {
    const reason = ctx.firstError() ?? error
    code = reason instanceof Stopped ? 130 : 1
    if (release && code === 1) ctx.log.error({ err: errorFields(reason) }, 'start failed')
    ctx.stop()
    showFailure(ctx, reason)
  }
  await takeDown(ctx, started)
  if (release) ctx.log.info({ code }, 'stopped')
  release?.()
  ctx.progress.close()
  process.exit(code)
}
