// The archive of Spark's classes (spark/dataharbour/compute/class_archive.py), one per Java, jars and Python
// environment. It only makes Spark start sooner: where it is not there (yet), everything works without.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.mjs'
import { digest } from '../files.mjs'
import { run } from '../run.mjs'
import { Stopped } from '../setup-error.mjs'
import { cacheRoot, repoRoot } from '../where.mjs'

const part = 'spark-classes'
const compute = join(repoRoot, 'spark', 'dataharbour', 'compute')
// Also the log store's source: its jar stands on the class path, and the archive holds for that.
const makers = ['class_archive.py', 'ConditionalLogStore.java'].map((name) => join(compute, name))

async function versionOf(javaHome, signal) {
  let said = ''
  await run(join(javaHome, 'bin', 'java'), ['-version'], { what: 'java -version', signal, onLine: (line) => (said += `${line}\n`) })
  return said
}

/** Where the archive of these tools is, or will be: `{ key, path }`. */
export async function placeOfClasses(ctx, { python, javaHome, jars }) {
  const key = digest(await versionOf(javaHome, ctx.signal), javaHome, jars, python, ...makers.map((path) => readFileSync(path)))
  return { key, path: join(cacheRoot(ctx.env), part, key, 'classes.jsa') }
}

/** Makes it where it is missing. A failure is told and no more; the next start does not try again. */
export async function archiveClasses(ctx, { python, javaHome, jars }, { key, path }, report) {
  const { size } = await cached(ctx, part, key, report, async () => {
    report('starting Spark once, to keep the classes it loads')
    const env = { ...ctx.env, JAVA_HOME: javaHome, SPARK_JARS: jars, PYTHONPATH: join(repoRoot, 'spark') }
    const options = { what: 'Archiving Spark’s classes', env, signal: ctx.signal, logFile: ctx.logFile(part) }
    await run(python, ['-m', 'dataharbour.compute.class_archive', '--out', path], options).catch((error) => {
      if (error instanceof Stopped) throw error
    })
  })
  if (existsSync(path)) return { size }
  return { note: `none could be made, so Spark starts some seconds later; why: ${ctx.logFile(part)}` }
}
