// The browser of the system tests: CHROMIUM_PATH, Playwright's own, the system's; else fetched:
// Playwright's download, Debian's package (as root), at last the npm package @sparticuz/chromium.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.mjs'
import { ask, run } from '../run.mjs'
import { SetupError, Stopped } from '../setup-error.mjs'
import { canInstallPackages, installPackage } from '../system-packages.mjs'
import { lockedNode, repoRoot } from '../where.mjs'

const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const sparticuz = '@sparticuz/chromium@153.0.0'

async function works(ctx, path) {
  const answer = await ask(path, ['--version'], { env: ctx.env, signal: ctx.signal })
  return answer !== undefined && /chrom/i.test(answer)
}

async function playwrightOwn(ctx) {
  const code = "import('@playwright/test').then((p) => console.log(p.chromium.executablePath()))"
  const path = (await ask(lockedNode, ['-e', code], { cwd: repoRoot, env: ctx.env, signal: ctx.signal }))?.trim()
  return path && existsSync(path) && (await works(ctx, path)) ? path : undefined
}

async function fromSystem(ctx) {
  for (const name of systemNames) if (await works(ctx, name)) return (await ask('which', [name], { env: ctx.env }))?.trim() || name
  return undefined
}

async function fromPlaywright(ctx, report) {
  report('downloading the browser through Playwright')
  const cli = join(repoRoot, 'node_modules', '@playwright', 'test', 'cli.js')
  await ask(lockedNode, [cli, 'install', 'chromium'], { env: ctx.env, signal: ctx.signal, logFile: ctx.logFile('chromium') })
  return playwrightOwn(ctx)
}

async function fromDebian(ctx, report) {
  if (!canInstallPackages()) return undefined
  await installPackage(ctx, 'chromium', report)
  return fromSystem(ctx)
}

async function fromSparticuz(ctx, report) {
  const { folder } = await cached(ctx, 'chromium', sparticuz.split('@').pop(), report, async (place) => {
    const options = { what: 'Fetching Chromium from npm', cwd: place, env: ctx.env, signal: ctx.signal, logFile: ctx.logFile('chromium') }
    report(`fetching ${sparticuz}`)
    await run('npm', ['install', '--prefix', place, '--no-audit', '--no-fund', sparticuz], options)
    const code = "import('@sparticuz/chromium').then(async ({ default: c }) => console.log(await c.executablePath()))"
    const unpacked = await run(lockedNode, ['-e', code], { ...options, env: { ...ctx.env, TMPDIR: place } })
    await run('cp', [unpacked.trim().split('\n').pop(), join(place, 'browser')], options)
  })
  const path = join(folder, 'browser')
  return (await works(ctx, path)) ? path : undefined
}

export async function findChromium(ctx, report) {
  if (ctx.env.CHROMIUM_PATH) {
    if (await works(ctx, ctx.env.CHROMIUM_PATH)) return { path: ctx.env.CHROMIUM_PATH }
    throw new SetupError(`CHROMIUM_PATH=${ctx.env.CHROMIUM_PATH} is not a Chromium that starts.`)
  }
  for (const source of [playwrightOwn, fromSystem, fromPlaywright, fromDebian, fromSparticuz]) {
    try {
      const path = await source(ctx, report)
      if (path) return { path }
    } catch (error) {
      if (error instanceof Stopped || !(error instanceof SetupError)) throw error
    }
  }
  throw new SetupError('No Chromium was found or could be fetched: install one (Debian: apt install chromium), or set CHROMIUM_PATH to it, then run this again.')
}
