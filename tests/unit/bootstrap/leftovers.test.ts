/** A test program that is ended in the middle leaves nothing behind, also not what has a session of its own. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'
import { until } from '../../support/run-world.ts'

const { endLeftovers, enterFolder, processesIn, FOLDERS_LIST } = await loadBootstrap('suites/leftovers.mjs')
const { runProgram } = await loadBootstrap('suites/run-suite.mjs')

const root = mkdtempSync(join(tmpdir(), 'dh-left-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const isThere = (pid: number) => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

it.runIf(process.platform === 'linux')('ends who works in an entered folder, and nobody else', async () => {
  const [entered, other, list] = [join(root, 'world'), join(root, 'world-of-another'), join(root, 'list.txt')]
  for (const folder of [join(entered, 'compute'), other]) mkdirSync(folder, { recursive: true })
  const inside = spawn('sleep', ['60'], { cwd: join(entered, 'compute'), detached: true, stdio: 'ignore' })
  const outside = spawn('sleep', ['60'], { cwd: other, detached: true, stdio: 'ignore' })
  try {
    enterFolder(entered, { [FOLDERS_LIST]: list })
    expect(await endLeftovers(list)).toBe(1)
    expect([isThere(inside.pid!), isThere(outside.pid!), existsSync(entered), existsSync(list)]).toEqual([false, true, false, false])
    expect(await endLeftovers(list)).toBe(0)
  } finally {
    outside.kill('SIGKILL')
  }
})

it.runIf(process.platform === 'linux')('leaves a person alone who looks into the folder', async () => {
  const [entered, list, pidFile] = [join(root, 'looked-at'), join(root, 'looked-at.txt'), join(root, 'shell.pid')]
  mkdirSync(entered)
  const terminal = spawn('script', ['-qec', `cd ${entered} && echo $$ > ${pidFile} && exec sleep 60`, '/dev/null'], { cwd: root, detached: true, stdio: 'ignore' })
  try {
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'))
    const shell = Number(readFileSync(pidFile, 'utf8'))
    enterFolder(entered, { [FOLDERS_LIST]: list })
    expect([await endLeftovers(list), isThere(shell)]).toEqual([0, true])
  } finally {
    process.kill(-terminal.pid!, 'SIGKILL')
  }
})

it.runIf(process.platform === 'linux')('a Ctrl-C ends the program with its children, and then what left its group', async () => {
  const [folder, list, script] = [join(root, 'product'), join(root, 'product.txt'), join(root, 'program.mjs')]
  mkdirSync(folder)
  // As a test does: a worker in its group that does not hear the signal, and a Spark in a session of its own.
  writeFileSync(script, `import { spawn } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const worker = spawn('sh', ['-c', 'trap "" INT; while :; do sleep 0.1; done'], { stdio: 'ignore' })
    const spark = spawn('sleep', ['60'], { cwd: ${JSON.stringify(folder)}, detached: true, stdio: 'ignore' })
    writeFileSync(${JSON.stringify(join(root, 'pids.json'))}, JSON.stringify([worker.pid, spark.pid]))
    setInterval(() => {}, 1000)`)
  enterFolder(folder, { [FOLDERS_LIST]: list })
  const stop = new AbortController()
  const ran = runProgram(process.execPath, [script], { env: process.env, signal: stop.signal }).catch((error: Error) => error.constructor.name)
  await until(() => existsSync(join(root, 'pids.json')) && readFileSync(join(root, 'pids.json'), 'utf8').endsWith(']'))
  const [worker, spark] = JSON.parse(readFileSync(join(root, 'pids.json'), 'utf8')) as [number, number]
  expect([isThere(worker), isThere(spark)]).toEqual([true, true])
  stop.abort()
  expect(await ran).toBe('Stopped')
  await until(() => !isThere(worker))
  expect(isThere(spark)).toBe(true)
  await endLeftovers(list)
  expect([isThere(spark), processesIn(folder)]).toEqual([false, []])
})

it('a program that cannot be started fails, and nothing else with it', async () => {
  const ran = runProgram(join(root, 'no-such-program'), [], { env: process.env, signal: new AbortController().signal })
  await expect(ran).rejects.toThrow('ENOENT')
})
