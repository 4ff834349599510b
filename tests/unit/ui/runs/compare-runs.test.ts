/** Two runs of a notebook beside each other. */
import { expect, it } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { RunRecord } from '#lib/domain/run-summary.ts'
import type { Parameters } from '#lib/domain/parameter.ts'
import { describeRowLimit } from '#lib/domain/row-limit.ts'
import { compareRuns } from '#lib/ui/runs/compare-runs.ts'
import { outputText } from '#lib/ui/runs/output-text.ts'
import { makeRun } from '../../live/feed-rows.ts'

function record(id: string, requestedAt: string, sources: Record<string, string>, parameters: Parameters, texts: Record<string, string>): RunRecord {
  const run = makeRun(id as RunId, Object.keys(sources) as CellId[], requestedAt)
  return {
    run: { ...run, parameters, cells: run.cells.map((cell) => ({ ...cell, source: sources[cell.cellId] ?? '' })) }, notebookTitle: 'n', origin: null, history: [], environment: null, isExact: false, inputs: [], others: [],
    outputs: Object.entries(texts).map(([cellId, text]) => ({ cellId: cellId as CellId, output: { kind: 'stream', name: 'stdout', text } })),
  }
}

it('puts the earlier run first, and says what differs in parameters, text and output', () => {
  const late = record('b', '2026-02', { c1: 'print(2)', c3: 'new' }, { region: 'south', top: 1 }, { c1: '2\n' })
  const early = record('a', '2026-01', { c1: 'print(1)', c2: 'gone' }, { region: 'north', top: 1 }, { c1: '1\n' })
  const { before, after, parameters, cells } = compareRuns(late, early)
  expect([before.run.id, after.run.id]).toEqual(['a', 'b'])
  expect(parameters).toEqual([{ name: 'region', before: 'north', after: 'south' }])
  expect(cells.map(({ source }) => source.number)).toEqual([1, 2, 3])
  expect(cells.map(({ source: { id, state }, output: { before: was, after: is } }) => [id, state, was, is])).toEqual([['c1', 'changed', '1', '2'], ['c2', 'removed', '', ''], ['c3', 'added', '', '']])
})

it('says that a cell kept another number of rows', () => {
  const [early, late] = [record('a', '2026-01', { c1: 'df' }, {}, {}), record('b', '2026-02', { c1: 'df' }, {}, {})]
  const wide = { ...late, run: { ...late.run, cells: late.run.cells.map((cell) => ({ ...cell, rowLimit: null })) } }
  expect(compareRuns(early, late).cells[0]?.source).toMatchObject({ state: 'same', settings: [] })
  expect(compareRuns(early, wide).cells[0]?.source).toMatchObject({ state: 'changed', settings: [{ before: describeRowLimit(10_000), after: 'All rows' }] })
})

it('reads what a cell showed as one text, in its order', () => {
  const outputs: Output[] = [
    { kind: 'stream', name: 'stdout', text: 'old' }, { kind: 'clear' }, { kind: 'stream', name: 'stdout', text: 'a' }, { kind: 'stream', name: 'stdout', text: 'b\n' },
    { kind: 'display', data: { 'text/plain': '42' }, displayId: null, isUpdate: false }, { kind: 'display', data: { 'image/png': 'x' }, displayId: null, isUpdate: false },
    { kind: 'progress', stages: [] }, { kind: 'error', name: 'ValueError', message: 'no', frames: [], jvmTrace: null },
  ]
  expect(outputText(outputs)).toBe('ab\n42\n(image/png)\nValueError: no')
})
