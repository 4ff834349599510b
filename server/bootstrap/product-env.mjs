// The environment of the product's own processes: what the person gave, what was fetched and
// started, and the locked Node first on PATH. npm's own variables stay out of it.
import { delimiter } from 'node:path'
import { openSecrets } from './secrets.mjs'
import { binFolder } from './where.mjs'

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']

/** A proxy is for the network: the stores and Spark of this machine are asked directly. */
function besideProxy(given) {
  if (!proxies.some((name) => given[name] || given[name.toLowerCase()])) return {}
  const told = ['NO_PROXY', 'no_proxy'].map((name) => given[name]).find(Boolean)
  const direct = [told, '127.0.0.1,localhost,::1'].filter(Boolean).join(',')
  return { NO_PROXY: direct, no_proxy: direct }
}

export function productEnvironment(ctx, more) {
  const given = Object.fromEntries(Object.entries(ctx.env).filter(([name]) => !name.startsWith('npm_')))
  return {
    ...given,
    ...besideProxy(given),
    AUTH_SECRET: given.AUTH_SECRET ?? openSecrets(ctx.folders.secrets).authSecret,
    DATAHARBOUR_DATA: ctx.folders.root,
    LOG_FORMAT: 'json',
    PATH: [binFolder, given.PATH].filter(Boolean).join(delimiter),
    ...more,
  }
}
