/** Cells that take all they can get, where the system and the worker bound it (B10); beside each a second notebook that must not notice. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Output } from '#lib/domain/feed.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

const LIMIT = 60
let world: RunWorld
let neighbour: NotebookId
beforeAll(async () => {
  world = await createRunWorld({ SPARK_REMOTE: 'sc://127.0.0.1:1', KERNEL_PROCESSES: String(LIMIT) })
  await world.startWorker()
  neighbour = await world.addNotebook('1')
  await world.run(neighbour, 'kept = 7')
}, 60_000)
afterAll(() => world.close(), 60_000)

const errorOf = (outputs: readonly Output[]) => outputs.find((output) => output.kind === 'error')
/** By their working folder, which the kernel's is. */
const processesIn = (notebook: NotebookId) => readdirSync('/proc').filter((name) => {
  try {
    return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).endsWith(notebook)
  } catch {
    return false
  }
})
/** Its variables are there: nothing that happened beside it ended it. */
const neighbourIsWell = async () => expect(textOf((await world.run(neighbour, 'print(kept)')).outputs)).toBe('7\n')

/** Runs what is bounded by itself as well, so that a limit that fails does no harm to the machine. */
async function runBeside(source: string) {
  const notebook = await world.addNotebook('1')
  const pid = Number(textOf((await world.run(notebook, 'import os; print(os.getpid())')).outputs))
  const begun = performance.now()
  const [{ run, outputs }] = await Promise.all([world.run(notebook, source), neighbourIsWell()])
  return { notebook, pid, run, error: errorOf(outputs), outputs, ms: performance.now() - begun }
}

describe('B10: a cell that starts without end', () => {
  it('processes, doubling: is ended with all of them and says how many; the neighbour keeps its variables', async () => {
    const { run, error, notebook, pid } = await runBeside('import os, time\nfor _ in range(8): os.fork()\ntime.sleep(120)')
    expect(run.state).toBe('failed')
    expect(error).toMatchObject({ name: 'KernelDied', message: expect.stringMatching(new RegExp(`^The kernel and what it started had \\d+ processes, of ${LIMIT} that it may have\\.`)) as string })
    await until(() => !existsSync(`/proc/${pid}`), 10_000)
    await neighbourIsWell()
    expect(textOf((await world.run(notebook, 'print("again")')).outputs)).toBe('again\n')
  }, 60_000)

  it('processes that leave its session: are counted and ended too', async () => {
    const { error, notebook } = await runBeside('import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(120)\n        os._exit(0)\ntime.sleep(120)')
    expect(error).toMatchObject({ message: expect.stringContaining('processes') as string })
    await until(() => processesIn(notebook).length === 0, 10_000)
    await neighbourIsWell()
  }, 60_000)

  it('threads: is ended and says how many', async () => {
    const { error } = await runBeside('import threading, time\nthreading.stack_size(64 * 1024)\nfor _ in range(3000): threading.Thread(target=time.sleep, args=(120,), daemon=True).start()\ntime.sleep(120)')
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`\\d+ threads, of ${LIMIT * 16} `)) as string })
  }, 60_000)

  it('files: is refused by the system in its own cell, and goes on', async () => {
    const { notebook, error } = await runBeside('files = []\nfor _ in range(1_000_000): files.append(open("/dev/null"))')
    expect(error).toMatchObject({ name: 'OSError', message: expect.stringContaining('Too many open files') as string })
    expect(textOf((await world.run(notebook, 'print(len(files) > 1000)\nfiles.clear()')).outputs)).toBe('True\n')
  }, 60_000)

  it('leaves no core dump, and no process behind when its kernel ends', async () => {
    const notebook = await world.addNotebook('1')
    const { outputs } = await world.run(notebook, 'import resource, subprocess\nkept = [subprocess.Popen(["sleep", "600"]), subprocess.Popen(["setsid", "sleep", "600"]), subprocess.Popen(["sleep", "600"], process_group=0)]\nprint(resource.getrlimit(resource.RLIMIT_CORE), *[one.pid for one in kept])')
    const [core, ...pids] = /\((\d+, \d+)\) (\d+) (\d+) (\d+)/.exec(textOf(outputs))!.slice(1)
    expect(core).toBe('0, 0')
    // Whoever left the session is known from the meter's next count, every two seconds.
    await new Promise((resolve) => setTimeout(resolve, 4500))
    await world.run(notebook, 'import os; os.kill(os.getpid(), 9)')
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), 10_000)
  }, 60_000)
})
