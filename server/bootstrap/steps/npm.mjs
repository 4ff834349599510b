// The locked npm packages, Node 24 among them. npm keeps its own record of what it installed
// (node_modules/.package-lock.json, written at the very end), so comparing that with
// package-lock.json tells whether `npm ci` is needed, also after an interrupted one.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readJson } from '../files.mjs'
import { isDriverMended } from '../mend-driver.mjs'
import { ask, run } from '../run.mjs'
import { SetupError } from '../setup-error.mjs'
import { isOrmShort } from '../shorten-orm.mjs'
import { sizeOf } from '../cache.mjs'
import { lockedNode, repoRoot } from '../where.mjs'

function isInstalled() {
  const installed = readJson(join(repoRoot, 'node_modules', '.package-lock.json'))?.packages
  if (!installed || !existsSync(lockedNode) || !isDriverMended() || !isOrmShort()) return false
  const wanted = JSON.parse(readFileSync(join(repoRoot, 'package-lock.json'), 'utf8')).packages
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const present = installed[path]
    if (present ? present.version !== entry.version : !entry.optional && !entry.devOptional) return false
  }
  return Object.keys(installed).every((path) => wanted[path])
}

/** PATH without node_modules/.bin: `npm ci` deletes that folder, so no Node from it may run npm. */
function outsidePath(env) {
  return (env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter)
}

async function findNpm(env) {
  if (await ask('npm', ['--version'], { env })) return ['npm']
  const given = env.npm_execpath
  if (given?.endsWith('npm-cli.js') && existsSync(given)) return [process.execPath, given]
  throw new SetupError('npm was not found: install Node.js 18 or newer together with npm, then run this again.')
}

export async function installNpmPackages(ctx, report) {
  if (isInstalled()) return
  const env = { ...ctx.env, PATH: outsidePath(ctx.env) }
  const [command, ...before] = await findNpm(env)
  report('npm ci')
  await run(command, [...before, 'ci', '--ignore-scripts=false', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=http'], {
    what: 'npm ci',
    cwd: repoRoot,
    env,
    signal: ctx.signal,
    logFile: ctx.logFile('npm'),
    onLine: (line) => {
      const fetched = /npm http fetch GET 200 \S*?\/((?:@[^/]+\/)?[^/]+)\/-\//.exec(line)
      if (fetched) report(`npm ci: ${decodeURIComponent(fetched[1])}`)
    },
  })
  if (!(await ask(lockedNode, ['--version']))) {
    throw new SetupError('npm installed the packages but not the locked Node.js: its install script did not run. Allow install scripts for the package "node" and run this again.')
  }
  return { size: sizeOf(join(repoRoot, 'node_modules')) }
}
