/** What a cell shows, from the kernel's message to the row: mapped, limited and packed. */
import { describe, expect, it } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { joinOutputs } from '#server/runs/join-outputs.ts'
import { isBelow, resultPrefix } from '#server/runs/record-result.ts'
import { storable } from '#server/runs/storable.ts'
import { createDisplayLimit, DISPLAY_LIMIT, DISPLAYS_LIMIT } from '#workers/runs/limit-displays.ts'
import { shownFrom } from '#workers/runs/output-from-message.ts'
import { packOutputs } from '#workers/runs/pack-outputs.ts'

const stdout = (text: string): Output => ({ kind: 'stream', name: 'stdout', text })
const stderr = (text: string): Output => ({ kind: 'stream', name: 'stderr', text })
const display = (data: Record<string, string>, displayId: string | null = null, isUpdate = false): Output => ({ kind: 'display', data, displayId, isUpdate })
const cell = (id: string) => (output: Output) => ({ cellId: id as CellId, output })
const shown = (runId: string, cellId: string, output: Output) => ({ runId: runId as RunId, cellId: cellId as CellId, output })

describe('a kernel’s message', () => {
  it('becomes text, also where nbformat has lines or an object', () => {
    const data = { 'text/plain': ['a\n', 'b'], 'application/json': { x: 1 } }
    expect(shownFrom({ kind: 'display', data, displayId: 'd', isUpdate: false })).toEqual({ kind: 'output', output: display({ 'text/plain': 'a\nb', 'application/json': '{"x":1}' }, 'd') })
  })

  it('of a table is a manifest, not an output yet', () => {
    const data = { 'application/vnd.dataharbour.result+json': { path: 'p' }, 'text/plain': '3 rows' }
    expect(shownFrom({ kind: 'display', data, displayId: null, isUpdate: false })).toEqual({ kind: 'table', manifest: { path: 'p' }, text: '3 rows' })
  })

  it('of an error keeps the trace of the JVM apart', () => {
    const traceback = ['frame', 'JVM trace:\nat org.apache']
    expect(shownFrom({ kind: 'error', name: 'E', message: 'm', traceback })).toMatchObject({ output: { kind: 'error', frames: ['frame'], jvmTrace: 'at org.apache' } })
  })

  it('hands on what a cell read as it was told: the server looks at it', () => {
    const told = { tables: [], untracked: ['python'] }
    expect(shownFrom({ kind: 'display', data: { 'application/vnd.dataharbour.inputs+json': told }, displayId: null, isUpdate: false })).toEqual({ kind: 'inputs', told })
  })

  it('of what it runs on is no output, and stays small and of its shape whatever code forges', () => {
    const told = (data: unknown) => shownFrom({ kind: 'display', data: { 'application/vnd.dataharbour.environment+json': data }, displayId: null, isUpdate: false })
    expect(told({ python: '3.11.4', spark: '4.2.0', packages: { pandas: '2.3.3' } })).toEqual({ kind: 'environment', environment: { python: '3.11.4', spark: '4.2.0', packages: { pandas: '2.3.3' } } })
    expect(told('nonsense')).toEqual({ kind: 'environment', environment: { python: '', spark: null, packages: {} } })
    const many = told({ python: 'x'.repeat(1e6), spark: 4, packages: Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`p${n}`, 'v'.repeat(1000)])) })
    expect(JSON.stringify(many).length).toBeLessThan(200_000)
  })

  it('of the Spark session that a cell uses is no output, and forged it is nothing to ask Spark for', () => {
    const told = (data: unknown) => shownFrom({ kind: 'display', data: { 'application/vnd.dataharbour.spark-session+json': data }, displayId: null, isUpdate: false })
    const sessionId = '0c1a8b52-4a33-4b2e-9d0e-1f5f7f3f6a01'
    expect(told({ sessionId, userId: 'ada' })).toEqual({ kind: 'session', session: { sessionId, userId: 'ada' } })
    expect(told({ sessionId, userId: null })).toEqual({ kind: 'session', session: { sessionId, userId: null } })
    for (const forged of [null, 'x', { sessionId: 'x'.repeat(300), userId: 'ada' }, { userId: 'ada' }, { sessionId, userId: 5 }]) expect(told(forged)).toMatchObject({ kind: 'output' })
  })

  it('of progress with nonsense in it is harmless', () => {
    const data = { 'application/vnd.dataharbour.progress+json': { stages: [{ id: 'x', tasks: 4 }] } }
    expect(shownFrom({ kind: 'display', data, displayId: null, isUpdate: false })).toEqual({ kind: 'output', output: { kind: 'progress', stages: [{ id: 0, tasks: 4, done: 0, bytes: 0 }] } })
  })
})

describe('what a cell waits for', () => {
  it('is progress with a note, cut to a line', () => {
    const data = { 'application/vnd.dataharbour.progress+json': { stages: [], note: 'x'.repeat(500) } }
    expect(shownFrom({ kind: 'display', data, displayId: null, isUpdate: false })).toEqual({ kind: 'output', output: { kind: 'progress', stages: [], note: 'x'.repeat(200) } })
  })
})

describe('B8: pictures and pages of a cell', () => {
  it('leave out one that is too large and go on', () => {
    const limit = createDisplayLimit()
    expect(limit(display({ 'image/png': 'x'.repeat(DISPLAY_LIMIT + 1) }))).toMatchObject([{ kind: 'notice' }])
    expect(limit(display({ 'image/png': 'x' }))).toHaveLength(1)
  })

  it('are cut when together they are too many, with one notice, and begin anew after a clear', () => {
    const limit = createDisplayLimit()
    const picture = display({ 'image/png': 'x'.repeat(DISPLAY_LIMIT) })
    for (let shown = 0; shown < Math.floor(DISPLAYS_LIMIT / DISPLAY_LIMIT); shown++) expect(limit(picture)).toEqual([picture])
    expect([limit(picture), limit(picture)]).toMatchObject([[{ kind: 'notice' }], []])
    limit({ kind: 'clear' })
    expect(limit(picture)).toEqual([picture])
  })

  it('count what is on screen: a picture may be updated for ever', () => {
    const limit = createDisplayLimit()
    limit(display({ 'image/png': 'x' }, 'plot'))
    const update = display({ 'image/png': 'x'.repeat(DISPLAY_LIMIT) }, 'plot', true)
    for (let times = 0; times < 20; times++) expect(limit(update)).toEqual([update])
  })
})

describe('outputs that wait', () => {
  it('are joined by stream and cell, in their order', () => {
    const waiting = [cell('a')(stdout('1')), cell('a')(stdout('2')), cell('a')(stderr('!')), cell('a')(stdout('3')), cell('b')(stdout('4'))]
    expect(packOutputs(waiting).map(({ cellId, output }) => [cellId, output.kind === 'stream' && output.text])).toEqual([['a', '12'], ['a', '!'], ['a', '3'], ['b', '4']])
  })

  it('keep the last update of a display and the last progress', () => {
    const progress = (done: number): Output => ({ kind: 'progress', stages: [{ id: 1, tasks: 9, done, bytes: 0 }] })
    const packed = packOutputs([display({ t: '1' }, 'd', true), display({ t: '2' }, 'd', true), progress(1), progress(2)].map(cell('a')))
    expect(packed.map(({ output }) => output)).toEqual([display({ t: '2' }, 'd', true), progress(2)])
  })
})

describe('a snapshot’s outputs', () => {
  it('leave out what was cleared, keep the clear, and join streams', () => {
    const rows = [shown('r', 'a', stdout('old')), shown('r', 'a', { kind: 'clear' }), shown('r', 'a', stdout('n')), shown('r', 'a', stdout('ew')), shown('r', 'b', stdout('other'))]
    expect(joinOutputs(rows).map(({ output }) => output)).toEqual([{ kind: 'clear' }, stdout('new'), stdout('other')])
  })

  it('hold of a bar and of a display updated ten thousand times the last picture alone', () => {
    const rows = [shown('r', 'a', display({ t: '0' }, 'd')), ...Array.from({ length: 10_000 }, (_, i) => [shown('r', 'a', stderr(`\r${i}%`)), shown('r', 'b', display({ t: `${i}` }, 'd', true))]).flat()]
    expect(joinOutputs(rows).map(({ output }) => output)).toEqual([display({ t: '9999' }, 'd'), stderr('9999%')])
  })
})

describe('what is stored', () => {
  it('has neither NUL nor half a surrogate, in keys and values', () => {
    expect(storable({ 'a\0': ['x\0', '\ud83d', 1, null] })).toEqual({ 'a\uFFFD': ['x\uFFFD', '\uFFFD', 1, null] })
  })

  it('has a place of its own for each attempt of a cell', () => {
    const run = { workspaceId: 'w', id: 'r' }
    expect(resultPrefix({ ...run, attempt: 1 }, 'c' as CellId)).toBe('ws/w/results/r/c')
    expect(resultPrefix({ ...run, attempt: 2 }, 'c' as CellId)).toBe('ws/w/results/r/c/a2')
  })

  it.each(['0', '12', '0-a1b2c3', '12-a1b2c3-d4e5f6'])('may be a table called %s', (name) => expect(isBelow(`ws/w/results/r/c/${name}`, 'ws/w/results/r/c')).toBe(true))
  it.each(['', 'a2', 'a2/0', '0/', '0/1', '../d/0', '0-', '0-a1b2c', '0-A1B2C3', '0-a1b2c3-', '0-a1b2c3/0', '0-a1b2c3-a1b2c3-a1b2c3', '1234567', '0\n', '0-../..'])('is no table called %j [S24]', (name) => {
    expect(isBelow(`ws/w/results/r/c/${name}`, 'ws/w/results/r/c')).toBe(false)
  })
  it('is no table of another cell', () => expect(isBelow('ws/w/results/r/d/0', 'ws/w/results/r/c')).toBe(false))
})
