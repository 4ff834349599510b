/** Kernels that wait for a notebook: given out once, alike to started ones, gone with their worker. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { endStrayKernels } from '#workers/kernels/stray-kernels.ts'
import { makeWheel } from '../../support/make-wheel.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld()
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
const childrenOf = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((text) => text !== '').map(Number)
const isFromPool = (pid: number) => commandOf(pid).includes('dataharbour.kernel.fork_server')

const workerPid = () => world.workers.at(-1)!.process.pid!
const serverPid = () => until(() => childrenOf(workerPid()).find(isFromPool))
/** Those that wait have no file of their process yet. */
async function waiting(): Promise<number[]> {
  const folder = join(world.dataDir, 'run', 'k')
  const given = new Set(readdirSync(folder).filter((name) => name.endsWith('.pid')).map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid))
  return childrenOf(await serverPid()).filter((pid) => !given.has(pid))
}
const isAsleep = (pid: number): boolean => {
  try {
    return /^State:\s+S/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
const UP_AFTER_MS = 400
const ASLEEP_FOR_MS = 300
/** The one that is given out next: of some age by its log, and asleep, as one is that has come up, however long that took. */
const oneWaits = async (): Promise<number> => {
  let [last, awakeAt] = [0, Date.now()]
  return until(async () => {
    const folder = join(world.dataDir, 'logs', 'kernels')
    const isOld = readdirSync(folder).some((name) => name.startsWith('kernel-waiting-') && Date.now() - statSync(join(folder, name)).birthtimeMs > UP_AFTER_MS)
    const [next = 0] = await waiting()
    if (next !== last || !isAsleep(next)) [last, awakeAt] = [next, Date.now()]
    return isOld && Date.now() - awakeAt > ASLEEP_FOR_MS ? next : undefined
  }, 20_000)
}

async function say(notebook: NotebookId, source: string): Promise<string> {
  const { run, outputs } = await world.run(notebook, source)
  expect(run.state, JSON.stringify(outputs)).toBe('succeeded')
  return textOf(outputs)
}
const pidOf = async (notebook: NotebookId) => Number(await say(notebook, 'import os; print(os.getpid())'))

/** What a cell can see of where it is, told as JSON. */
const LOOK = `
import gc, json, os, site, sys, sysconfig, tempfile
ip = get_ipython()
print(json.dumps({
  "env": dict(os.environ), "path": sys.path, "python": [sys.executable, sys.prefix, sys.exec_prefix, sys.base_prefix], "version": sys.version,
  "cwd": os.getcwd(), "home": os.path.expanduser("~"), "paths": sysconfig.get_paths(), "config": sysconfig.get_config_var("prefix"), "site": [site.PREFIXES, site.ENABLE_USER_SITE],
  "names": sorted(name for name in globals() if not name.startswith("_i")), "visited": [str(one) for one in _dh], "hidden": sorted(ip.user_ns_hidden),
  "ipython": [ip.ipython_dir, ip.profile_dir.location, ip.home_dir, ip.starting_dir], "magics": [sorted(part) for part in ip.magics_manager.magics.values()],
  "hooks": {name: len(found) for name, found in ip.events.callbacks.items()}, "main": [__name__, __import__("__main__") is ip.user_module], "temp": tempfile.gettempdir(),
  "jedi": ip.Completer.use_jedi, "extensions": sorted(ip.extension_manager.loaded), "umask": oct(os.umask(0o22)), "group": os.getsid(0) == os.getpid() == os.getpgid(0), "isolated": gc.isenabled(),
}, sort_keys=True, indent=1))`

describe('the pool of kernels', () => {
  it('L7: serves the first cell of a new notebook, and is filled again behind it', async () => {
    const waits = await oneWaits()
    const first = await world.addNotebook('1')
    expect(await pidOf(first)).toBe(waits)
    const next = await oneWaits()
    expect(next).not.toBe(waits)
    expect(await pidOf(first)).toBe(waits)
    expect(await pidOf(await world.addNotebook('1'))).toBe(next)
  }, 60_000)

  it('POOL1: one that was given out serves one notebook, and neither its cells nor others reach the line that placed it', async () => {
    const one = await world.addNotebook('1')
    const other = await world.addNotebook('1')
    await oneWaits()
    const mine = await pidOf(one)
    await oneWaits()
    expect(await pidOf(other)).not.toBe(mine)
    expect(await say(other, `secret = 1\nprint("mine" in globals(), os.getcwd().endswith("${other}"))`)).toBe('False True\n')
    const lines = `import os, socket, struct
peers = []
for fd in os.listdir("/proc/self/fd"):
    try:
        copy = socket.socket(fileno=os.dup(int(fd)))
        peers.append(struct.unpack("3i", copy.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
        copy.close()
    except OSError:
        pass
print(os.getppid() in peers, len(peers))`
    expect(await say(one, lines)).toMatch(/^False \d+\n$/)
  }, 60_000)

  it('S26: one that waits knows no workspace and no key', async () => {
    for (const pid of [await oneWaits(), await serverPid()]) {
      const env = readFileSync(`/proc/${pid}/environ`, 'utf8')
      expect(env.split('\0').map((line) => line.split('=')[0]).filter((name) => name !== '').sort()).toEqual(['HOME', 'LANG', 'PATH', 'PYTHONPATH', 'PYTHONUNBUFFERED'])
      expect(env).not.toContain(process.env.S3_SECRET_KEY ?? 'S3_SECRET')
    }
    expect(readFileSync(`/proc/${await oneWaits()}/cmdline`, 'utf8')).not.toMatch(/postgres:|S3|KEY/)
  }, 60_000)

  it('draws pictures, in its notebook’s own settings', async () => {
    await oneWaits()
    const notebook = await world.addNotebook('1')
    const { outputs } = await world.run(notebook, 'import matplotlib, matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\nprint(matplotlib.get_configdir())', 60_000)
    expect(isFromPool(await pidOf(notebook))).toBe(true)
    expect(outputs.find((output) => output.kind === 'display' && 'image/png' in output.data)).toBeDefined()
    expect(textOf(outputs)).toContain(world.workspaceId)
  }, 90_000)

  it('draws other random numbers in each', async () => {
    const draw = async () => say(await world.addNotebook('1'), 'import numpy, random\nprint(numpy.random.random(), random.random())')
    await oneWaits()
    const one = await draw()
    await oneWaits()
    const [a, b] = [one, await draw()].map((text) => text.trim().split(' '))
    expect(a![0]).not.toBe(b![0])
    expect(a![1]).not.toBe(b![1])
  }, 60_000)

  it('computes with the libraries that were there before the fork: threads of numpy and Arrow', async () => {
    await oneWaits()
    const code = `import numpy, pandas, pyarrow, pyarrow.compute
a = numpy.ones((600, 600))
t = pyarrow.table({"k": numpy.arange(200_000) % 7, "v": numpy.arange(200_000)}).group_by("k", use_threads=True).aggregate([("v", "sum")])
print(numpy.dot(a, a).sum(), t.num_rows, pandas.DataFrame({"x": [1, 2]}).x.sum())`
    const notebook = await world.addNotebook('1')
    expect(await say(notebook, code)).toBe('216000000.0 7 3\n')
    expect(isFromPool(await pidOf(notebook))).toBe(true)
  }, 60_000)

  it('POOL3: leaves a notebook with packages of its own, or settings of IPython, to a kernel of its own start', async () => {
    const packed = await world.addNotebook('1')
    await say(packed, `%pip install ${makeWheel(world.dataDir, 'early_boat')}`)
    const set = await world.addNotebook('1')
    await say(set, 'import os, pathlib\npathlib.Path("~/.ipython/profile_default/startup/mine.py").expanduser().write_text("at_start = 7")')
    for (const notebook of [packed, set]) {
      process.kill(await pidOf(notebook), 'SIGKILL')
      await until(async () => (await world.sql`select 1 from kernels where notebook_id = ${notebook} and ended_at is null`).length === 0)
    }
    expect(await say(packed, 'import early_boat; print(early_boat.greet())')).toBe('ahoy from early_boat 1.0\n')
    expect(await say(set, 'print(at_start)')).toBe('7\n')
    expect([isFromPool(await pidOf(packed)), isFromPool(await pidOf(set))]).toEqual([false, false])
  }, 60_000)

  it('F3, POOL4: a worker that is killed takes the waiting ones along, and what is in use lives on', async () => {
    const notebook = await world.addNotebook('1')
    const used = await pidOf(notebook)
    await say(notebook, 'kept = 7')
    await oneWaits()
    const gone = [...(await waiting()), await serverPid()]
    await world.workers.at(-1)!.kill('SIGKILL')
    await until(() => gone.every((pid) => commandOf(pid) === ''), 15_000)
    const files = (ending: string) => readdirSync(join(world.dataDir, 'run', 'k')).filter((name) => name.endsWith(ending)).length
    // One that was only being made was not among them, and takes its file away a moment later.
    await until(() => files('.json') === files('.pid'))
    await world.startWorker()
    expect(await say(notebook, 'print(kept)')).toBe('7\n')
    expect(await pidOf(notebook)).toBe(used)
  }, 90_000)

  it('F3: a worker killed between handing a kernel out and writing its row leaves none behind, and no cell has run in it', async () => {
    const folder = join(world.dataDir, 'run', 'k')
    const given = () => readdirSync(folder).filter((name) => name.endsWith('.pid'))
    const mark = join(world.dataDir, 'ran')
    await oneWaits()
    const before = new Set(given())
    const file = await world.sql.begin(async (tx) => {
      await tx`lock table kernels in exclusive mode`
      await world.request(await world.addNotebook(`open(${JSON.stringify(mark)}, "w").write("x")`))
      const name = await until(() => given().find((one) => !before.has(one)))
      // Long enough for its place, and for the cell if anything let it begin.
      await new Promise((resolve) => setTimeout(resolve, 300))
      await world.workers.at(-1)!.kill('SIGKILL')
      return name
    })
    const { pid } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { pid: number }
    expect(commandOf(pid)).not.toBe('')
    await endStrayKernels({ ...world.deps, socketFolder: folder, now: () => new Date(Date.now() + 121_000) })
    expect([commandOf(pid), existsSync(join(folder, file)), existsSync(mark)]).toEqual(['', false, false])
    await world.startWorker()
  }, 60_000)

  it('POOL5: goes on when the process that makes kernels is killed', async () => {
    const notebook = await world.addNotebook('1')
    await oneWaits()
    const used = await pidOf(notebook)
    process.kill(await serverPid(), 'SIGKILL')
    const between = await world.addNotebook('1')
    expect(await say(between, 'print("on")')).toBe('on\n')
    process.kill(used, 'SIGKILL')
    await until(async () => (await world.sql`select 1 from kernels where notebook_id = ${notebook} and state = 'dead'`).length === 1)
    await oneWaits()
    expect(isFromPool(await pidOf(await world.addNotebook('1')))).toBe(true)
  }, 60_000)

  it('POOL2: gives a cell just what a started kernel gives it; KERNEL_POOL=0 starts each by itself', async () => {
    const notebook = await world.addNotebook('1')
    await oneWaits()
    const pooled = JSON.parse(await say(notebook, LOOK)) as Record<string, unknown>
    const pid = await pidOf(notebook)
    expect([isFromPool(pid), parentOf(pid)]).toEqual([true, await serverPid()])
    process.kill(pid, 'SIGKILL')
    await world.workers.at(-1)!.kill('SIGTERM')
    await world.startWorker({ KERNEL_POOL: '0' })
    const started = JSON.parse(await say(notebook, LOOK)) as Record<string, unknown>
    expect(isFromPool(await pidOf(notebook))).toBe(false)
    expect(childrenOf(workerPid()).filter(isFromPool)).toEqual([])
    expect(pooled).toEqual(started)
  }, 90_000)
})
