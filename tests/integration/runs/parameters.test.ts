/** Parameters, limits, the environment and doing a run again, on a real worker and a real kernel. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestSource } from '#lib/document/digest.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { newInput, writeInput, type InputType, type ParameterValue } from '#lib/domain/parameter.ts'
import { readRun } from '#server/runs/read-run.ts'
import { requestRun, type RequestRunInput } from '#server/runs/request-run.ts'
import { rerunRun } from '#server/runs/rerun-run.ts'
import { startRun } from '#server/runs/start-run.ts'
import { createRunWorld, textOf, type RunWorld } from '../../support/run-world.ts'

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld()
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

const input = (name: string, type: InputType, value: ParameterValue): Cell => ({ id: `in-${name}` as CellId, kind: 'input', source: writeInput(newInput(type, name)), value })
const code = (source: string, id = 'c1'): Cell => ({ id: id as CellId, kind: 'python', source })
async function notebookOf(...cells: Cell[]): Promise<NotebookId> {
  const id = await world.addNotebook()
  world.texts.set(id, cells)
  return id
}
const ask = (notebookId: NotebookId, more: Partial<RequestRunInput> = {}) => requestRun(world.deps, world.person, { notebookId, scope: { kind: 'all' }, requestId: null, ...more })

describe('parameters', () => {
  it('are taken when the run is asked for, and are variables in its cells', async () => {
    const notebook = await notebookOf(input('region', 'text', "it's \"north\"\n"), input('top', 'number', 3), code('print(repr(region), top)'))
    const run = await world.request(notebook)
    world.texts.set(notebook, [input('region', 'text', 'later'), code('')])
    const done = await world.ended(run.id)
    expect(done.parameters).toEqual({ region: "it's \"north\"\n", top: 3 })
    expect(textOf(await world.outputsOf(done))).toBe("'it\\'s \"north\"\\n' 3\n")
  })

  it('can be given with the run, and what does not fit is refused by name', async () => {
    const notebook = await notebookOf(input('region', 'text', 'north'), input('top', 'number', 3), code('print(region, top)'))
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { parameters: { top: 10 } })).id)
    expect(textOf(await world.outputsOf(done))).toBe('north 10\n')
    expect(await ask(notebook, { parameters: { toop: 1 } })).toMatchObject({ ok: false, reason: 'parameter-unknown', message: expect.stringContaining('“toop”') as string })
    expect(await ask(notebook, { parameters: { top: 'ten' } })).toMatchObject({ ok: false, reason: 'parameter-wrong', message: expect.stringContaining('“top”') as string })
    expect(await ask(notebook, { parameters: { top: NaN } })).toMatchObject({ ok: false, reason: 'parameter-wrong' })
  })

  it('keep hostile text whole, also what the database cannot hold', async () => {
    const hostile = "'; drop table runs; -- \" ` \\ ${x} %s \u00fc".repeat(300).slice(0, 10_240)
    const notebook = await notebookOf(input('text', 'text', hostile), code('import hashlib\nprint(len(text), hashlib.sha256(text.encode()).hexdigest())'))
    const done = await world.ended((await world.request(notebook)).id)
    expect(textOf(await world.outputsOf(done))).toBe(`${[...hostile].length} ${digestSource(hostile)}\n`)
    const nul = await world.request(notebook, { kind: 'all' }, world.person, { parameters: { text: 'a\0b' } })
    expect((await world.ended(nul.id)).parameters).toEqual({ text: 'a\uFFFDb' })
  })

  it('of a schedule’s run are the saved values', async () => {
    const notebook = await notebookOf(input('day', 'date', '2026-03-31'), code('print(day)'))
    const started = await world.db.transaction((tx) => startRun(world.deps, tx, { notebookId: notebook, scope: { kind: 'all' }, cause: 'schedule', userId: world.person.userId, requestId: null }))
    if (!started.ok) throw new Error(started.message)
    const done = await world.ended(started.value)
    expect(textOf(await world.outputsOf(done))).toBe('2026-03-31\n')
  })
})

describe('what is stale', () => {
  it('is what never ran well or was changed since, its text or the inputs', async () => {
    const notebook = await notebookOf(input('n', 'number', 1), code('a = 1'), code('b = 2', 'c2'), code('c = 3', 'c3'))
    const stale = async () => {
      const run = await ask(notebook, { scope: { kind: 'stale' } })
      if (!run.ok) return run.reason
      await world.ended(run.value.id)
      return run.value.cells.map((cell) => cell.cellId)
    }
    expect(await stale()).toEqual(['c1', 'c2', 'c3'])
    expect(await stale()).toBe('nothing-to-run')
    world.texts.set(notebook, [input('n', 'number', 1), code('a = 1'), code('1 / 0', 'c2'), code('c = 3', 'c3')])
    expect(await stale()).toEqual(['c2'])
    expect(await stale()).toEqual(['c2'])
    world.texts.set(notebook, [input('n', 'number', 2), code('a = 1'), code('b = 2', 'c2'), code('c = 3', 'c3')])
    expect(await stale()).toEqual(['c1', 'c2', 'c3'])
  })
})

describe('running again exactly', () => {
  it('takes the text and the parameters that ran, whatever the notebook says now', async () => {
    const notebook = await notebookOf(input('n', 'number', 1), code('print("first", n)'))
    const first = await world.ended((await world.request(notebook)).id)
    world.texts.set(notebook, [input('n', 'number', 2), code('print("second", n)')])
    const again = await rerunRun(world.deps, world.person, { runId: first.id, requestId: null })
    if (!again.ok) throw new Error(again.message)
    const done = await world.ended(again.value.id)
    expect(done).toMatchObject({ rerunOf: first.id, parameters: { n: 1 }, state: 'succeeded' })
    expect(textOf(await world.outputsOf(done))).toBe('first 1\n')
    expect(await rerunRun(world.deps, await world.addPerson('Vic', 'viewer'), { runId: first.id, requestId: null })).toMatchObject({ ok: false, reason: 'not-allowed' })
    expect(await rerunRun(world.deps, await world.addPerson('Eve', null), { runId: first.id, requestId: null })).toMatchObject({ ok: false, reason: 'not-found' })
  })

  it('keeps what the run ran on', async () => {
    const done = await world.ended((await world.request(await notebookOf(code('print(1)')))).id)
    const read = await readRun(world.deps, world.person, done.id)
    const environment = read.ok ? read.value.environment : null
    expect(environment?.python).toMatch(/^3\.\d+\.\d+$/)
    expect(environment?.spark).toBeNull()
    expect(environment?.packages.ipykernel).toMatch(/^\d/)
  })
})

describe('limits', () => {
  it('B9: stop a cell that takes too long, which has then failed and says why; the kernel lives on', async () => {
    const notebook = await notebookOf(code('x = 41\nimport time\nprint("begun", flush=True)\ntime.sleep(60)'), code('print("never")', 'c2'))
    const startedAt = Date.now()
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { cellTimeoutSeconds: 1 })).id)
    expect(Date.now() - startedAt).toBeLessThan(8000)
    expect(done).toMatchObject({ state: 'failed', reason: 'Stopped after 1 second, the limit of this cell.', cellTimeoutSeconds: 1 })
    expect(done.cells.map((cell) => cell.state)).toEqual(['failed', 'skipped'])
    expect((await world.outputsOf(done)).at(-1)).toEqual({ kind: 'notice', text: 'Stopped after 1 second, the limit of this cell.' })
    expect(textOf((await world.run(notebook, 'print(x + 1)')).outputs)).toBe('42\n')
  })

  it('count for each cell anew, and for all of a run together', async () => {
    const notebook = await notebookOf(code('import time; time.sleep(1.1)'), code('time.sleep(1.1)', 'c2'))
    expect((await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { cellTimeoutSeconds: 2 })).id)).state).toBe('succeeded')
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { timeoutSeconds: 2 })).id)
    expect(done).toMatchObject({ state: 'failed', reason: 'Stopped after 2 seconds, the limit of this run.' })
    expect(done.cells.map((cell) => cell.state)).toEqual(['succeeded', 'failed'])
  })

  it('B9: end the kernel of a cell that does not heed them', async () => {
    const notebook = await notebookOf(code('import time\nwhile True:\n  try:\n    time.sleep(60)\n  except KeyboardInterrupt:\n    pass'))
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, { cellTimeoutSeconds: 1 })).id)
    expect(done).toMatchObject({ state: 'failed', reason: 'Stopped after 1 second, the limit of this cell.' })
    expect(textOf((await world.run(notebook, 'print("again")')).outputs)).toBe('again\n')
  }, 60_000)
})
