// A Java ≥ 17 that can run Spark: JAVA_HOME, the one on PATH, one fetched before, Debian's
// package (as root), else a full JDK through the Python package install-jdk.
// A trimmed runtime without the vector module is no use: Spark starts its JVM with it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.mjs'
import { ask, run } from '../run.mjs'
import { SetupError, Stopped } from '../setup-error.mjs'
import { canInstallPackages, installPackage } from '../system-packages.mjs'

const oldest = 17
const packageName = 'openjdk-17-jre-headless'
const downloaded = '17'
const advice = `Java ${oldest} or newer was not found and could not be fetched: install a JDK ${oldest} (Debian: apt install ${packageName}; macOS: brew install openjdk@17), or set JAVA_HOME to one, then run this again.`

/** The home folder of a usable Java, asked of that Java itself. */
async function homeOf(command, ctx) {
  let said = ''
  const answer = await ask(command, ['-XshowSettings:properties', '--add-modules=jdk.incubator.vector', '-version'], {
    env: ctx.env,
    signal: ctx.signal,
    onLine: (line) => (said += `${line}\n`),
  })
  if (answer === undefined) return undefined
  const major = Number(/java\.specification\.version = (\d+)/.exec(said)?.[1])
  const home = /java\.home = (.+)/.exec(said)?.[1].trim()
  return major >= oldest && home ? home : undefined
}

async function downloadJdk(ctx, python, report) {
  const { folder } = await cached(ctx, 'java', downloaded, report, async (place) => {
    report('downloading a JDK')
    const tools = join(place, 'tools')
    const options = { what: 'Downloading a JDK', env: { ...ctx.env, PYTHONPATH: tools }, signal: ctx.signal, logFile: ctx.logFile('java') }
    await run(python, ['-m', 'pip', 'install', '--quiet', '--target', tools, 'install-jdk'], options)
    await run(python, ['-c', `import sys, jdk; jdk.install("${downloaded}", path=sys.argv[1])`, join(place, 'jdk')], options)
  })
  const unpacked = readdirSync(join(folder, 'jdk')).map((name) => join(folder, 'jdk', name))
  const homes = unpacked.flatMap((path) => [path, join(path, 'Contents', 'Home')])
  return homes.find((path) => existsSync(join(path, 'bin', 'java')))
}

/** `getPython` is awaited only when the download needs it. */
export async function findJava(ctx, getPython, report) {
  const { JAVA_HOME: given } = ctx.env
  if (given) {
    const home = await homeOf(join(given, 'bin', 'java'), ctx)
    if (home) return { home: given }
    ctx.progress.say(`JAVA_HOME=${given} is not a full Java ${oldest} or newer; looking for another.`)
  }
  const onPath = await homeOf('java', ctx)
  if (onPath) return { home: onPath }
  if (canInstallPackages()) {
    try {
      await installPackage(ctx, packageName, report)
    } catch (error) {
      if (error instanceof Stopped) throw error
    }
    const home = await homeOf('java', ctx)
    if (home) return { home, note: packageName }
  }
  try {
    const home = await downloadJdk(ctx, await getPython(), report)
    if (home) return { home, note: `JDK ${downloaded}` }
  } catch (error) {
    if (error instanceof Stopped) throw error
  }
  throw new SetupError(advice)
}
