/** The whole of a table takes the place of its first rows: in one fold, in a fold of a fold, and for who comes late. */
import { describe, expect, it } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import { addOutput } from '#lib/domain/fold-outputs.ts'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import { NOTHING_SHOWN } from '#lib/domain/notebook-export.ts'
import { percentText } from '#lib/domain/percent-text.ts'
import { expectedOf } from '#lib/domain/queue.ts'
import { describeRowLimit, isRowLimit, ROW_LIMITS, tellRowLimit } from '#lib/domain/row-limit.ts'
import { writeIpynb } from '#lib/domain/write-ipynb.ts'
import { foldFeed, feedFrom } from '#lib/live/fold-feed.ts'
import type { Run } from '#lib/domain/run.ts'

const table = (id: string, more: object = {}): Output => ({ kind: 'result', resultId: id as ResultId, columns: [], rows: 1, truncated: false, text: '', ...more })
const words: Output = { kind: 'notice', text: 'between' }
const whole = table('all', { wholeOf: 'part' })
const fold = (outputs: readonly Output[]) => outputs.reduce<readonly Output[]>((shown, output) => addOutput(shown, output), [])

describe('a table that is loaded whole', () => {
  it('stands where its first rows stood', () => {
    expect(fold([table('part', { truncated: true }), words, table('other'), whole])).toEqual([whole, words, table('other')])
  })

  it('FOLD1: stays where it is when what was folded is folded again', () => {
    const once = fold([words, table('part'), whole])
    expect(fold(once)).toEqual(once)
  })

  it('leaves other tables alone: one without a part is only added', () => {
    expect(fold([table('a'), table('b')])).toEqual([table('a'), table('b')])
  })
})

const run: Run = {
  id: 'r' as RunId, notebookId: 'n' as NotebookId, cause: 'person', requestedBy: null, scope: { kind: 'whole-result', resultId: 'part' as ResultId, cellId: 'c' as CellId }, parameters: {}, rerunOf: null,
  hasFreshKernel: false, queueRank: 0, timeoutSeconds: null, cellTimeoutSeconds: null, state: 'queued', reason: null, attempt: 0, requestedAt: '2026-01-01', startedAt: null, finishedAt: null, cells: [],
}

describe('the run that loads it', () => {
  it('is open while it goes, tells how far it is, and leaves its reason', () => {
    const at = '2026-01-01T00:00:01.000Z'
    const start = feedFrom({ seq: 0, kernel: { state: 'idle', reason: null }, runs: [run], outputs: [], history: [] })
    expect([start.openRuns.size, start.cells.size, start.wholes.get('part' as ResultId)?.run.state]).toEqual([1, 0, 'queued'])
    const { state } = foldFeed(start, [
      { seq: 1, event: { kind: 'run.changed', runId: run.id, state: 'running', reason: null, at } },
      { seq: 2, event: { kind: 'result.progress', runId: run.id, resultId: 'part' as ResultId, progress: { kind: 'progress', stages: [], note: 'half' }, at } },
      { seq: 3, event: { kind: 'run.changed', runId: run.id, state: 'failed', reason: 'Why.', at } },
    ])
    expect(state.openRuns.size).toBe(0)
    expect(state.wholes.get('part' as ResultId)).toMatchObject({ run: { state: 'failed', reason: 'Why.', startedAt: at }, progress: { note: 'half' } })
  })

  it('takes a time that nobody knows', () => {
    expect(expectedOf([], new Map())).toBeNull()
  })
})

it('limits are those of the menu, in words', () => {
  expect(ROW_LIMITS.map(describeRowLimit)).toEqual(['1 000 rows', '10 000 rows', '100 000 rows', 'All rows'])
  expect([tellRowLimit(null), tellRowLimit(1000)]).toEqual(['Keeps all rows', 'Keeps 1 000 rows'])
  expect([0, 1, '1000', undefined, 1000, null].map(isRowLimit)).toEqual([false, false, false, false, true, true])
})

it('a limit that is not the usual one goes along into files', () => {
  const cells = [{ id: 'a' as CellId, kind: 'python', source: 'df', rowLimit: null }, { id: 'b' as CellId, kind: 'sql', source: 'select 1', rowLimit: 1000 }, { id: 'c' as CellId, kind: 'python', source: 'x' }] as const
  expect(percentText(cells)).toBe('# %% rows="all"\ndf\n\n# %% [sql] rows="1000"\n# select 1\n\n# %%\nx\n')
  const { cells: written } = JSON.parse(writeIpynb({ title: 'T', cells: cells.map((cell) => ({ ...cell, shown: NOTHING_SHOWN, lock: null, threads: [] })) })) as { cells: { metadata: { dataharbour: object } }[] }
  expect(written.map(({ metadata }) => metadata.dataharbour)).toEqual([{ kind: 'python', rowLimit: 'all' }, { kind: 'sql', rowLimit: 1000 }, { kind: 'python' }])
})
