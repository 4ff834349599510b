// Everything that has to be on this machine before the product can start, fetched side by
// side where nothing waits for another. Each step returns at once when its work is done.
import { linkDuckdbExtensions } from './steps/duckdb-extensions.mjs'
import { fetchJars } from './steps/jars.mjs'
import { findJava } from './steps/java.mjs'
import { findMinio } from './steps/minio.mjs'
import { installNpmPackages } from './steps/npm.mjs'
import { preparePython } from './steps/python.mjs'
import { archiveClasses, placeOfClasses } from './steps/spark-classes.mjs'

const begin = (ctx, title, work, pick) => ctx.guard(ctx.progress.step(title, work).then(pick))

/** What the stores and the scripts that fill them need; `hasObjects`: false for Postgres alone. */
export function beginStoreTools(ctx, { hasObjects = true } = {}) {
  const npm = begin(ctx, 'npm packages', (report) => installNpmPackages(ctx, report))
  if (!hasObjects) return { npm }
  const python = begin(ctx, 'Python environment', (report) => preparePython(ctx, report), (answer) => answer.python)
  const minio = ctx.env.S3_ENDPOINT ? Promise.resolve() : begin(ctx, 'MinIO', (report) => findMinio(ctx, () => python, report), (answer) => answer.binary)
  return { npm, python, minio }
}

/**
 * The promises of the parts, so that a caller may go on with one before the others are done.
 * A failed step must abort ctx.signal, else the others would work on in vain.
 */
export function beginToolchain(ctx) {
  const store = beginStoreTools(ctx)
  const { python } = store
  const isSparkGiven = ctx.env.SPARK_REMOTE !== undefined
  const java = isSparkGiven ? Promise.resolve() : begin(ctx, 'Java', (report) => findJava(ctx, () => python, report), (answer) => answer.home)
  const jars = isSparkGiven ? Promise.resolve() : begin(ctx, 'Spark jars', (report) => fetchJars(ctx, report), (answer) => answer.folder)
  return {
    ...store,
    java,
    jars,
    classes: isSparkGiven ? Promise.resolve() : ctx.guard(beginClasses(ctx, { python, java, jars })),
    extensions: ctx.guard(python.then((path) => linkDuckdbExtensions(ctx, path))),
  }
}

/** Resolves to where the archive of Spark's classes will be, and a promise of it: nobody has to wait for that. */
async function beginClasses(ctx, parts) {
  const tools = { python: await parts.python, javaHome: await parts.java, jars: await parts.jars }
  const place = await placeOfClasses(ctx, tools)
  return { path: place.path, isMade: ctx.guard(ctx.progress.step('Spark classes', (report) => archiveClasses(ctx, tools, place, report))) }
}

/** The finished parts as the environment of our processes. */
export async function toolEnvironment(parts) {
  const env = { PYTHON: await parts.python, DUCKDB_EXTENSIONS: await parts.extensions }
  const javaHome = await parts.java
  const jars = await parts.jars
  if (javaHome) env.JAVA_HOME = javaHome
  if (jars) env.SPARK_JARS = jars
  const classes = await parts.classes
  if (classes) env.SPARK_CLASS_ARCHIVE = classes.path
  return env
}
