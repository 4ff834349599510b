// `npm test`: the same toolchain as `npm start`, a Postgres and a MinIO of its own in a
// temporary folder, then the suites, stage by stage. The last line is `N passed, N failed`.
//   npm test -- --only vitest -- tests/unit      one suite, the rest goes to its program
//   npm test -- --bench                          the benchmarks instead of the tests
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext } from './context.mjs'
import { makeDataFolder } from './data-folder.mjs'
import { productEnvironment } from './product-env.mjs'
import { showTime } from './progress.mjs'
import { beginStores } from './services/stores.mjs'
import { explainFailure, SetupError, Stopped } from './setup-error.mjs'
import { onStopSignals } from './signals.mjs'
import { buildApp } from './steps/build.mjs'
import { findChromium } from './steps/chromium.mjs'
import { installNpmPackages } from './steps/npm.mjs'
import { check } from './suites/check.mjs'
import { endLeftovers, FOLDERS_LIST, kill, processesIn } from './suites/leftovers.mjs'
import { playwright } from './suites/playwright.mjs'
import { pytest } from './suites/pytest.mjs'
import { runProgram } from './suites/run-suite.mjs'
import { vitest } from './suites/vitest.mjs'
import { testEnvironment } from './test-environment.mjs'
import { beginToolchain, toolEnvironment } from './toolchain.mjs'
import { lockedNode } from './where.mjs'

/** What stands in one stage runs side by side: vitest waits for leases and lost workers a third of its time. Walks fill both cores themselves. */
const stages = [[check], [vitest, pytest], [playwright]]
const suites = stages.flat()
const bench = {
  name: 'bench',
  needs: ['services', 'build', 'browser'],
  run: async ({ env, signal, args }) => {
    const code = await runProgram(lockedNode, [join('tests', 'bench', 'run.ts'), ...args], { env, signal })
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  },
}

function chooseSuites(argv) {
  const split = argv.indexOf('--')
  const options = split === -1 ? argv : argv.slice(0, split)
  const args = split === -1 ? [] : argv.slice(split + 1)
  if (options[0] === '--bench') return { chosen: [bench], args: [...options.slice(1), ...args] }
  if (options.length === 0) return { chosen: suites, args: [] }
  const chosen = suites.filter((suite) => suite.name === options[1])
  if (options[0] !== '--only' || chosen.length === 0 || options.length > 2) {
    throw new SetupError(`Use: npm test [-- --only ${suites.map((suite) => suite.name).join('|')} [-- arguments of that program]] or npm test -- --bench`)
  }
  return { chosen, args }
}

const stagesOf = (chosen) => (chosen.length === 1 ? [chosen] : stages)

/** The environment of the suites; what it starts is entered in `started` at once. */
async function prepare(ctx, chosen, started) {
  const needs = new Set(chosen.flatMap((suite) => suite.needs))
  if (needs.size === 0) {
    await ctx.guard(ctx.progress.step('npm packages', (report) => installNpmPackages(ctx, report)))
    return productEnvironment(ctx)
  }
  const parts = beginToolchain(ctx)
  await parts.npm
  started.stores = beginStores(ctx, parts, { policyBuckets: ['dataharbour', 'dh-*'] })
  const step = (title, work) => ctx.guard(ctx.progress.step(title, work))
  const built = needs.has('build') ? step('web app', (report) => buildApp(ctx, report)) : undefined
  const browser = needs.has('browser') ? step('Chromium', (report) => findChromium(ctx, report)) : undefined
  const more = { ...(await toolEnvironment(parts)), ...(await started.stores.env()) }
  await built
  if (browser) more.CHROMIUM_PATH = (await browser).path
  await (await parts.classes).isMade
  // Each Spark of a test lives for seconds: the JVM's second compiler takes longer for its code than that ever runs.
  if (!chosen.includes(bench)) more.SPARK_JVM_OPTIONS = '-XX:TieredStopAtLevel=1'
  return productEnvironment(ctx, more)
}

/** `isBehind`: another one has the terminal; what this one says comes when it has ended. */
async function runSuite(suite, ctx, env, args, isBehind) {
  const began = Date.now()
  ctx.progress.say(`\n=== ${suite.name}${isBehind ? ', whose output comes at its end' : ''}`)
  const list = join(ctx.folders.root, `folders-of-${suite.name}.txt`)
  const said = isBehind ? [] : undefined
  const running = suite.run({ env: { ...env, [FOLDERS_LIST]: list }, args, signal: ctx.signal, scratch: ctx.folders.root, said })
  const counts = await running.catch(asFailure).finally(() => tellLeftovers(ctx, list))
  if (said !== undefined) process.stdout.write(Buffer.concat(said))
  const note = counts.note ? ` (${counts.note})` : ''
  ctx.progress.say(`=== ${suite.name}: ${counts.passed} passed, ${counts.failed} failed${note}, ${showTime(Date.now() - began)}`)
  return counts
}

async function tellLeftovers(ctx, list) {
  const ended = await endLeftovers(list)
  if (ended > 0) ctx.progress.say(`${ended} ${ended === 1 ? 'process that a test left was' : 'processes that tests left were'} ended.`)
}

/** A suite that could not even run must not hide the others. */
function asFailure(error) {
  if (error instanceof SetupError) return { passed: 0, failed: 1, note: error.message }
  throw error
}

async function work(ctx, { chosen, args }, started) {
  const env = await prepare(ctx, chosen, started)
  const total = { passed: 0, failed: 0 }
  for (const stage of stagesOf(chosen)) {
    const all = await Promise.all(stage.map((suite, place) => runSuite(suite, ctx, env, args, place > 0)))
    for (const { passed, failed } of all) {
      total.passed += passed
      total.failed += failed
    }
  }
  return total
}

function readArguments(argv) {
  try {
    return chooseSuites(argv)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

export async function runTests(argv) {
  const wanted = readArguments(argv)
  const folders = makeDataFolder(mkdtempSync(join(tmpdir(), 'dataharbour-test-')))
  const ctx = createContext({ name: 'test', folders, env: testEnvironment(process.env) })
  const started = {}
  onStopSignals(
    () => ctx.stop(),
    () => {
      // Nobody takes over the stores of a test run.
      for (const pid of processesIn(folders.root)) kill(pid)
      process.exit(130)
    },
  )
  let total = { passed: 0, failed: 1 }
  try {
    total = await work(ctx, wanted, started)
  } catch (error) {
    const reason = ctx.firstError() ?? error
    ctx.stop()
    process.stderr.write(`\n${reason instanceof Stopped ? 'Stopped.' : explainFailure(reason, ctx.log)}\n`)
  }
  await started.stores?.erase()
  ctx.progress.close()
  const isGood = total.failed === 0 && total.passed > 0
  if (isGood) rmSync(folders.root, { recursive: true, force: true })
  else process.stdout.write(`Logs of this run are kept in ${folders.logs}.\n`)
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`, () => process.exit(isGood ? 0 : 1))
}
