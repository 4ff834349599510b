// The product's own one-shot programs, run by the locked Node. Their exit code 2 means a
// wrong setting, already said in one line: that line is all there is to show.
import { join } from 'node:path'
import { run } from './run.mjs'
import { SetupError } from './setup-error.mjs'
import { lockedNode, repoRoot } from './where.mjs'

async function runScript(ctx, what, file, env, { onLine, isSecret } = {}) {
  try {
    return await run(lockedNode, file, { what, cwd: repoRoot, env, signal: ctx.signal, logFile: ctx.logFile('store'), onLine, isSecret })
  } catch (error) {
    if (error.exitCode === 2 && error.lastLine) throw new SetupError(error.lastLine)
    throw error
  }
}

/** An address for a program that asks for an object store in its settings and has no use for it. */
export function standInObjects(env) {
  return env.S3_ENDPOINT ? {} : { S3_ENDPOINT: 'http://embedded', S3_ACCESS_KEY: 'embedded', S3_SECRET_KEY: 'embedded' }
}

/** Asks server/config.ts about the given settings before anything long begins; the embedded services' values are stand-ins. */
export function checkConfig(ctx, env) {
  const standIn = { DATABASE_URL: 'postgres://embedded', ...standInObjects(env) }
  const code = "import { configOrExit } from './server/config.ts'; configOrExit()"
  return runScript(ctx, 'Checking the settings', ['--input-type=module', '-e', code], { ...standIn, ...env })
}

export const migrate = (ctx, env) => runScript(ctx, 'Bringing the database up to date', [join('server', 'store', 'migrate.ts')], env)

/** `report` hears what the seed logs. */
export const seed = (ctx, env, report) => runScript(ctx, 'Loading the sample data', [join('server', 'store', 'seed.ts')], env, { onLine: (line) => report(messageOf(line)) })

function messageOf(line) {
  try {
    return String(JSON.parse(line).msg ?? '')
  } catch {
    return line.trim()
  }
}

/** Until the Welcome notebook's first run has ended; being too slow is told and is no failure. */
export async function awaitWelcome(ctx, env, report) {
  try {
    await runScript(ctx, 'Running the Welcome notebook', [join('server', 'store', 'await-welcome.ts')], env, { onLine: report })
  } catch (error) {
    if (error instanceof SetupError) return { note: error.lastLine ?? error.message }
    throw error
  }
}

export async function issueSignInLink(ctx, env) {
  const printed = await runScript(ctx, 'Making the sign-in link', [join('server', 'auth', 'issue-sign-in-link.ts')], env, { isSecret: true })
  return printed.trim().split('\n').pop()
}
