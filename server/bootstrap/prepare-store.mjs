// `npm run db:migrate` and `npm run db:seed`: what `npm start` does to its stores, and no more.
// Fetches only what that needs (for a seed also Python and MinIO). The stores are the given ones, those of
// the DataHarbour that runs on this data folder, or embedded ones, which are stopped again at the end.
import { createContext } from './context.mjs'
import { makeDataFolder } from './data-folder.mjs'
import { errorFields } from './log.mjs'
import { productEnvironment } from './product-env.mjs'
import { checkConfig, migrate, seed, standInObjects } from './scripts.mjs'
import { beginStores } from './services/stores.mjs'
import { dataFolderOf, readSettings } from './settings.mjs'
import { explainFailure, Stopped } from './setup-error.mjs'
import { onStopSignals } from './signals.mjs'
import { claimDataFolder, findOwner } from './single-start.mjs'
import { beginStoreTools } from './toolchain.mjs'

async function prepare(ctx, isSeed, owner, started) {
  const parts = beginStoreTools(ctx, { hasObjects: isSeed })
  await parts.npm
  await ctx.guard(checkConfig(ctx, productEnvironment(ctx)))
  started.stores = beginStores(ctx, parts, { owner, hasObjects: isSeed })
  const env = productEnvironment(ctx, {
    ...(isSeed ? { PYTHON: await parts.python } : standInObjects(ctx.env)),
    ...(await started.stores.env()),
  })
  await ctx.progress.step('database', () => migrate(ctx, env))
  if (isSeed) await ctx.progress.step('sample data', (report) => seed(ctx, env, report))
}

/** `what` is migrate or seed. */
export async function prepareStore(what) {
  const settings = readSettings()
  const ctx = createContext({ name: `db-${what}`, folders: makeDataFolder(dataFolderOf(settings)), env: settings })
  const started = {}
  let release
  let isRefused = true
  let code = 0
  try {
    const owner = findOwner(ctx.folders)
    if (!owner) release = claimDataFolder(ctx.folders, `npm run db:${what}`)
    isRefused = false
    onStopSignals(ctx.stop, () => process.exit(130))
    await prepare(ctx, what === 'seed', owner, started)
    ctx.progress.say(what === 'seed' ? 'The sample data is in place.' : 'The database is up to date.')
  } catch (error) {
    const reason = ctx.firstError() ?? error
    code = reason instanceof Stopped ? 130 : 1
    ctx.stop()
    if (code === 1 && !isRefused) ctx.log.error({ err: errorFields(reason) }, `db:${what} failed`)
    if (code === 1) process.stderr.write(`\n${explainFailure(reason, ctx.log)}\n`)
  }
  await started.stores?.stop()
  release?.()
  ctx.progress.close()
  process.exit(code)
}
