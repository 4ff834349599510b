/** Questions to a notebook's kernel through Postgres and a real worker: who may ask, how fast it is, what death tells. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { Member } from '#server/auth/actor.ts'
import { completeCode, inspectCode, readCatalog, readVariables, type AskDeps } from '#server/compute/ask-kernel.ts'
import { askToStopIdle } from '#server/compute/idle-kernels.ts'
import { createKernelLine, type KernelLine } from '#server/compute/kernel-line.ts'
import { readKernel } from '#server/compute/read-kernel.ts'
import { kernels } from '#server/store/schema/compute.ts'
import { endStrayKernels } from '#workers/kernels/stray-kernels.ts'
import { isAlive } from '#workers/processes/identity.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

const LIMIT = 420
const nowhere = mkdtempSync(join(tmpdir(), 'dh-ask-'))
let world: RunWorld
let line: KernelLine
let deps: AskDeps
let notebook: NotebookId
let people: Record<'runner' | 'viewer' | 'outsider', Member>

beforeAll(async () => {
  world = await createRunWorld({ SPARK_REMOTE: 'sc://127.0.0.1:1', KERNEL_MEMORY: `${LIMIT}m` })
  line = await createKernelLine(world.deps)
  deps = { db: world.db, kernelLine: line }
  people = { runner: await world.addPerson('Run', 'runner'), viewer: await world.addPerson('View', 'viewer'), outsider: await world.addPerson('Out', null) }
  await world.startWorker()
  notebook = await world.addNotebook('1')
  await world.run(notebook, 'harbour = {"tide": 7}\ndef sail(knots, *, jib=True):\n    "Goes out."\nclass Trap:\n    def __repr__(self):\n        while True: pass\ntrap = Trap()')
  // What a kernel is asked for the first time takes it longer, beside others that start; and an answer that is late is none.
  for (const ask of [() => complete('harb'), () => inspectCode(deps, people.runner, { notebookId: notebook, code: 'sail(', cursor: 4 })]) {
    await until(async () => {
      const asked = await ask()
      return asked.ok && asked.value.answer !== null
    })
  }
}, 90_000)
afterAll(async () => {
  await line.close()
  await world.close()
  rmSync(nowhere, { recursive: true })
}, 60_000)

const complete = (code: string, who: Member = people.runner, id: string = notebook) => completeCode(deps, who, { notebookId: id, code, cursor: code.length })
const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
const timed = async (act: () => Promise<unknown>) => {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}

describe('completion and a look at a name', () => {
  it('come from the living objects, median within 100 ms, of which the way there and back is within 20', async () => {
    expect(await complete('x = harb')).toMatchObject({ ok: true, value: { kernel: 'idle', answer: { start: 4, end: 8, items: [{ text: 'harbour' }] } } })
    expect(await complete('harbour.it')).toMatchObject({ value: { answer: { start: 8, items: [{ text: 'items' }] } } })
    expect(await inspectCode(deps, people.runner, { notebookId: notebook, code: 'sail(', cursor: 4 })).toMatchObject({ value: { answer: { signature: 'sail(knots, *, jib=True)', doc: 'Goes out.', type: 'function' } } })
    const whole: number[] = []
    const way: number[] = []
    for (let round = 0; round < 15; round += 1) {
      whole.push(await timed(() => complete('harbour.')))
      way.push(await timed(() => line.ask(notebook, { kind: 'meter' }, 1000)))
    }
    console.info(`completion: median ${median(whole).toFixed(1)} ms; the way through Postgres alone: ${median(way).toFixed(1)} ms`)
    expect(median(whole)).toBeLessThan(100)
    expect(median(way)).toBeLessThan(20)
  }, 30_000)

  it('take code longer than one NOTIFY, and answers too', async () => {
    const long = `${'# ÆØÅ 🐟 a long comment\n'.repeat(3000)}str.`
    const found = await complete(long)
    expect(found.ok && found.value.answer?.items.length).toBeGreaterThan(40)
  })

  it('S26: are for people who may run, because they may run properties', async () => {
    for (const who of [people.viewer, null]) expect(await completeCode(deps, who, { notebookId: notebook, code: 'h', cursor: 1 })).toMatchObject({ ok: false })
    expect(await complete('h', people.viewer)).toMatchObject({ reason: 'not-allowed' })
    expect(await inspectCode(deps, people.viewer, { notebookId: notebook, code: 'h', cursor: 1 })).toMatchObject({ reason: 'not-allowed' })
    expect(await readCatalog(deps, people.viewer, { notebookId: notebook })).toMatchObject({ reason: 'not-allowed' })
    expect(await complete('h', people.outsider)).toMatchObject({ reason: 'not-found' })
  })

  it('are empty at once while the kernel is busy or absent', async () => {
    const other = await world.addNotebook('1')
    expect(await complete('h', people.runner, other)).toMatchObject({ value: { kernel: 'stopped', answer: null } })
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'import time; time.sleep(1.5)' }])
    const run = await world.request(notebook)
    await until(async () => (await world.read(run.id)).cells[0]?.state === 'running')
    const times: number[] = []
    for (let round = 0; round < 3; round += 1) times.push(await timed(() => complete('harb')))
    expect(median(times)).toBeLessThan(200)
    expect(await complete('harb')).toMatchObject({ value: { kernel: 'busy', answer: null } })
    await world.ended(run.id)
    expect(await complete('harb')).toMatchObject({ value: { answer: { items: [{ text: 'harbour' }] } } })
  }, 20_000)

  it('that hang in somebody’s own code keep nobody’s next cell waiting', async () => {
    expect(await inspectCode(deps, people.runner, { notebookId: notebook, code: 'trap', cursor: 4 })).toMatchObject({ value: { answer: null } })
    expect(textOf((await world.run(notebook, 'print("on")', 5000)).outputs)).toBe('on\n')
  }, 20_000)
})

describe('variables', () => {
  it('show values to who may run, and what they are to every member', async () => {
    const row = { name: 'harbour', type: 'dict', shape: '1', preview: "{'tide': 7}" }
    const seen = await readVariables(deps, people.runner, { notebookId: notebook })
    expect(seen.ok && seen.value.answer?.variables.find(({ name }) => name === 'harbour')).toMatchObject(row)
    const read = await readVariables(deps, people.viewer, { notebookId: notebook })
    expect(read.ok && read.value.answer?.variables.find(({ name }) => name === 'harbour')).toMatchObject({ ...row, preview: null })
    expect(await readVariables(deps, people.outsider, { notebookId: notebook })).toMatchObject({ reason: 'not-found' })
    const invited: Member = { ...people.outsider, links: [{ shareId: randomUUID() as never, notebookId: notebook, visitor: 'v' }] }
    expect(await readVariables(deps, invited, { notebookId: notebook })).toMatchObject({ reason: 'not-allowed' })
  })

  it('are asked of the kernel once for a room full of people', async () => {
    const asked = await Promise.all(Array.from({ length: 50 }, () => readVariables(deps, people.viewer, { notebookId: notebook })))
    expect(asked.every((one) => one.ok && one.value.answer !== null)).toBe(true)
  })
})

describe('a kernel', () => {
  it('tells its memory, its peak and its limit, at work and at rest', async () => {
    const read = await readKernel(deps, people.viewer, notebook)
    expect(read).toMatchObject({ ok: true, value: { state: 'idle', meter: { limitBytes: LIMIT * 2 ** 20 } } })
    const meter = read.ok ? read.value.meter! : null
    expect(meter!.bytes).toBeGreaterThan(30 * 2 ** 20)
    expect(meter!.peakBytes).toBeGreaterThanOrEqual(meter!.bytes)
    const run = await (world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'import time\nend = time.time() + 5\nwhile time.time() < end: pass' }]), world.request(notebook))
    await until(async () => {
      const busy = await readKernel(deps, people.viewer, notebook)
      return busy.ok && busy.value.state === 'busy' && (busy.value.meter?.cpuPercent ?? 0) > 20
    })
    await world.ended(run.id)
  }, 20_000)

  it('F6 B10: that takes more memory than it may dies alone, within 5 s, and says peak and limit', async () => {
    const hog = await world.addNotebook('1')
    await world.run(hog, 'kept = 1')
    const begun = performance.now()
    const { run, outputs } = await world.run(hog, 'hoard = []\nwhile True: hoard.append(b"x" * 4_000_000)', 15_000)
    expect(performance.now() - begun).toBeLessThan(5000)
    expect(run.state).toBe('failed')
    const said = outputs.find((output) => output.kind === 'error')
    expect(said).toMatchObject({ name: 'KernelDied', message: expect.stringMatching(/^The kernel ran out of memory: peak [\d.]+ [MG]B of 420 MB\. .*Its variables are gone/) as string })
    // The end of the kernel is written beside that of its run.
    const row = await until(async () => (await world.db.select().from(kernels).where(eq(kernels.notebookId, hog))).find(({ endedAt }) => endedAt !== null))
    expect(row).toMatchObject({ state: 'dead', limitBytes: LIMIT * 2 ** 20, endReason: (said as { message: string }).message })
    expect(await complete('harb')).toMatchObject({ value: { answer: { items: [{ text: 'harbour' }] } } })
    expect(textOf((await world.run(hog, 'print("again")')).outputs)).toBe('again\n')
  }, 40_000)

  it('F6: that died is told with its cause by the worker that has it, also when the upkeep sees it first', async () => {
    const killed = await world.addNotebook('1')
    await world.run(killed, 'print(1)')
    const rows = () => world.db.select().from(kernels).where(eq(kernels.notebookId, killed))
    const [living] = await rows()
    process.kill(living!.pid, 'SIGKILL')
    await until(async () => !(await isAlive(living!)))
    await endStrayKernels({ ...world.deps, socketFolder: nowhere })
    const [row] = await rows()
    expect(row).toMatchObject({ state: 'dead', endReason: expect.stringContaining('signal 9') as string })
  }, 30_000)

  it('that nobody uses is stopped with a sentence, and never under a run', async () => {
    const quiet = await world.addNotebook('1')
    await world.run(quiet, 'print(1)')
    const ago = () => world.db.update(kernels).set({ lastUsedAt: new Date(Date.now() - 2 * 3600_000) }).where(eq(kernels.notebookId, quiet))
    await ago()
    world.texts.set(quiet, [{ id: 'c1' as CellId, kind: 'python', source: 'import time; time.sleep(1); print("whole")' }])
    const run = await world.request(quiet)
    await ago()
    await askToStopIdle(world.deps, hostname(), 3600_000)
    expect(textOf(await world.outputsOf(await world.ended(run.id)))).toBe('whole\n')
    expect(await readKernel(deps, people.viewer, quiet)).toMatchObject({ value: { state: 'idle' } })
    await ago()
    await askToStopIdle(world.deps, hostname(), 3600_000)
    await until(async () => {
      const read = await readKernel(deps, people.viewer, quiet)
      return read.ok && read.value.state === 'stopped'
    })
    expect(await readKernel(deps, people.viewer, quiet)).toMatchObject({ value: { reason: 'The kernel was stopped after 60 minutes of idle. Its variables are gone; the next run starts a new one.' } })
    expect(await readKernel(deps, people.viewer, notebook)).toMatchObject({ value: { state: 'idle' } })
  }, 40_000)

  it('F3: whose worker died answers to the next one, variables alive', async () => {
    await world.workers.at(-1)!.kill('SIGKILL')
    await world.startWorker()
    await until(async () => {
      const found = await complete('harb')
      return found.ok && found.value.answer?.items[0]?.text === 'harbour'
    }, 30_000)
  }, 60_000)
})
