// The environment of the product's own processes: what the person gave, what was fetched and
// started, and the locked Node first on PATH. npm's own variables stay out of it.
import { delimiter } from 'node:path'
import { openSecrets } from './secrets.mjs'
import { binFolder } from './where.mjs'

export function productEnvironment(ctx, more) {
  const given = Object.fromEntries(Object.entries(ctx.env).filter(([name]) => !name.startsWith('npm_')))
  return {
    ...given,
    AUTH_SECRET: given.AUTH_SECRET ?? openSecrets(ctx.folders.secrets).authSecret,
    DATAHARBOUR_DATA: ctx.folders.root,
    LOG_FORMAT: 'json',
    PATH: [binFolder, given.PATH].filter(Boolean).join(delimiter),
    ...more,
  }
}
