/** Packages of a notebook: installed by a cell, there for its other kernels, and never in the shared environment. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CellId, NotebookId, RunId } from '#lib/domain/ids.ts'
import { readPackages, removePackage } from '#server/compute/packages.ts'
import { cancelRun } from '#server/runs/cancel-run.ts'
import { startRun } from '#server/runs/start-run.ts'
import { notebookPackages } from '#server/store/schema/compute.ts'
import { makeWheel } from '../../support/make-wheel.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

const python = process.env.PYTHON ?? 'python3'
/** What the shared environment holds, as it says itself. */
const shared = () => execFileSync(python, ['-c', 'import importlib.metadata as m; print(sorted((one.name, one.version, str(one.locate_file(""))) for one in m.distributions()))'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } })

let world: RunWorld
let notebook: NotebookId
let wheels: string
let before: string
beforeAll(async () => {
  before = shared()
  world = await createRunWorld()
  wheels = join(world.dataDir, 'wheels')
  mkdirSync(wheels)
  await world.startWorker()
  notebook = await world.addNotebook('1')
}, 60_000)
afterAll(() => world.close(), 60_000)

const listed = async (id = notebook) => {
  const read = await readPackages(world.deps, world.person, { notebookId: id })
  return read.ok ? read.value.map(({ name, version }) => `${name} ${version}`) : read
}

async function runFresh(source: string): Promise<string> {
  world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source }])
  const run = await world.db.transaction((tx) => startRun({ readNotebook: world.deps.readNotebook }, tx, { notebookId: notebook, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
  if (!run.ok) throw new Error(run.message)
  return textOf(await world.outputsOf(await world.ended(run.value as RunId)))
}

describe('a notebook’s packages', () => {
  it('come by %pip, seen as they come, and are there at once and in a scheduled run', async () => {
    const wheel = makeWheel(wheels, 'tiny_boat')
    const { run, outputs } = await world.run(notebook, `%pip install ${wheel}`)
    expect(run.state).toBe('succeeded')
    expect(textOf(outputs)).toContain('Successfully installed tiny-boat-1.0')
    expect(textOf((await world.run(notebook, 'import tiny_boat; print(tiny_boat.greet())')).outputs)).toBe('ahoy from tiny_boat 1.0\n')
    expect(await listed()).toEqual(['tiny-boat 1.0'])
    expect(await runFresh('import tiny_boat; print(tiny_boat.greet())')).toBe('ahoy from tiny_boat 1.0\n')
  }, 60_000)

  it('are of that notebook alone', async () => {
    const other = await world.addNotebook('1')
    const { outputs } = await world.run(other, 'import tiny_boat')
    expect(outputs.at(-1)).toMatchObject({ kind: 'error', name: 'ModuleNotFoundError' })
    expect(await listed(other)).toEqual([])
  }, 60_000)

  it('that fail to install are an error of the cell, with pip’s own last word', async () => {
    const { run, outputs } = await world.run(notebook, '%pip install --no-index no-such-boat')
    expect(run.state).toBe('failed')
    expect(textOf(outputs)).toContain('Could not find a version')
    expect(outputs.at(-1)).toMatchObject({ kind: 'error', name: 'PackagesNotChanged', message: expect.stringContaining('no-such-boat') as string })
  }, 60_000)

  it.each([
    ['!pip', (wheel: string) => `!pip install ${wheel}`],
    ['subprocess and sys.executable', (wheel: string) => `import subprocess, sys\nprint(subprocess.run([sys.executable, "-m", "pip", "install", "${wheel}"], capture_output=True, text=True))`],
    ['the shared Python’s own pip', (wheel: string) => `!${python} -m pip install ${wheel}`],
  ])('B10: come by %s too, and never into the shared environment', async (way, install) => {
    const name = `boat_${way.replace(/\W+/g, '').toLowerCase()}`
    const { outputs } = await world.run(notebook, install(makeWheel(wheels, name)))
    expect(textOf(outputs)).toContain(`Successfully installed ${name.replaceAll('_', '-')}-1.0`)
    expect(await listed()).toContain(`${name.replaceAll('_', '-')} 1.0`)
    expect(shared()).toBe(before)
  }, 60_000)

  it('B10: uninstalling what is shared leaves it where it is', async () => {
    await world.run(notebook, '%pip uninstall pandas\n%pip uninstall ipykernel')
    await world.run(notebook, `!${python} -m pip uninstall -y pandas`)
    expect(shared()).toBe(before)
  }, 60_000)

  it('that were imported before say that a restart is needed', async () => {
    const newer = makeWheel(wheels, 'tiny_boat', '2.0')
    const { outputs } = await world.run(notebook, `import tiny_boat\n%pip install ${newer}`)
    expect(textOf(outputs)).toContain('Restart the kernel to use the new tiny_boat')
    expect(await listed()).toContain('tiny-boat 2.0')
  }, 60_000)

  it('are installed again where the folder is not there, as on another machine', async () => {
    await until(async () => (await runFresh('print("before")')) === 'before\n', 30_000)
    rmSync(join(world.dataDir, 'packages', notebook), { recursive: true })
    expect(await runFresh('import tiny_boat; print(tiny_boat.greet())')).toBe('ahoy from tiny_boat 2.0\n')
  }, 90_000)

  it('B9: are not waited for when somebody stops the run, nor beyond its limit', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
    const asking = () => new Promise<number>((resolve) => silent.getConnections((_error, count) => resolve(count)))
    const slow = await world.addNotebook('print("never")')
    await until(() => silent.listening)
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/slow_boat-1.0-py3-none-any.whl`
    await world.db.insert(notebookPackages).values({ notebookId: slow, name: 'slow-boat', requirement: `slow-boat @ ${url}`, version: '1.0' })
    const { rows } = world.follow(slow)
    const told = () => rows.flatMap(({ event }) => (event.kind === 'kernel.changed' ? [event.state] : []))
    const run = await world.request(slow)
    await until(async () => (await asking()) > 0, 20_000)
    const askedAt = Date.now()
    await cancelRun(world.deps, world.person, { runId: run.id })
    const done = await world.ended(run.id)
    expect(Date.now() - askedAt).toBeLessThan(3000)
    expect(done).toMatchObject({ state: 'cancelled', reason: 'Cancelled by Ada.', startedAt: null, cells: [{ state: 'cancelled', startedAt: null }] })
    await until(() => told().at(-1) === 'stopped')
    expect(told()).toEqual(['starting', 'stopped'])
    await until(async () => (await asking()) === 0)
    const limited = await world.ended((await world.request(slow, { kind: 'all' }, world.person, { timeoutSeconds: 3 })).id)
    expect(limited).toMatchObject({ state: 'failed', reason: 'Stopped after 3 seconds, the limit of this run.', cells: [{ state: 'failed' }] })
    await world.db.delete(notebookPackages).where(eq(notebookPackages.notebookId, slow))
    expect(textOf((await world.run(slow, 'print("on")')).outputs)).toBe('on\n')
    silent.close()
  }, 90_000)

  it('are removed by a person, and gone from the next kernel', async () => {
    expect(await removePackage(world.deps, world.person, { notebookId: notebook, name: 'tiny-boat', requestId: null })).toMatchObject({ ok: true })
    expect(await listed()).not.toContain('tiny-boat 2.0')
    expect(await removePackage(world.deps, world.person, { notebookId: notebook, name: '--evil', requestId: null })).toMatchObject({ reason: 'not-found' })
    await world.run(notebook, 'print("the removal is done before this")')
    expect(await runFresh('import importlib.util; print(importlib.util.find_spec("tiny_boat"))')).toBe('None\n')
    expect(await listed()).not.toContain('tiny-boat 2.0')
  }, 60_000)

  it('go with a %pip uninstall in a cell', async () => {
    await world.run(notebook, '%pip uninstall boat_pip')
    expect(await listed()).not.toContain('boat-pip 1.0')
  }, 60_000)
})
