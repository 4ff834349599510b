// The built web app, made again only when something it is made from has changed: a digest of
// those files is left in build/ as its very last file.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { sizeOf, withLock } from '../cache.mjs'
import { run } from '../run.mjs'
import { lockedNode, repoRoot } from '../where.mjs'

const sources = ['src', 'server', 'static', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']
const leftOut = [join('server', 'bootstrap'), join('server', 'store', 'migrations')]
const output = join(repoRoot, 'build')
const marker = join(output, '.sources')

function filesBelow(path) {
  if (!existsSync(path) || leftOut.includes(relative(repoRoot, path))) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)))
}

function digestSources() {
  const hash = createHash('sha256')
  for (const file of sources.flatMap((name) => filesBelow(join(repoRoot, name)))) {
    hash.update(relative(repoRoot, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function isBuilt(wanted) {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted
}

export async function buildApp(ctx, report) {
  const wanted = digestSources()
  if (isBuilt(wanted)) return
  const lock = join(repoRoot, 'node_modules', '.dataharbour-build.lock')
  return withLock(lock, { signal: ctx.signal, onWait: () => report('another start is building it') }, async () => {
    if (isBuilt(wanted)) return
    rmSync(marker, { force: true })
    report('vite build')
    await run(lockedNode, [join(repoRoot, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'], {
      what: 'Building the web app',
      cwd: repoRoot,
      env: { ...ctx.env, NODE_ENV: 'production' },
      signal: ctx.signal,
      logFile: ctx.logFile('build'),
      onLine: (line) => /transforming|rendering|computing/.test(line) && report(`vite build: ${line.trim().slice(0, 60)}`),
    })
    writeFileSync(marker, wanted)
    return { size: sizeOf(output) }
  })
}
