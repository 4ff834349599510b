/** What an error says to whom, and what of a notebook's runs a guest of its link is shown. */
import { describe, expect, it } from 'vitest'
import { ofCells, type FeedSnapshot, type Output } from '#lib/domain/feed.ts'
import { outputFor, withoutTraceback } from '#lib/domain/hide-trace.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'

const PYTHON = `Spark: Traceback (most recent call last):
  File "Cell", line 3, in broken
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero`

describe('an error', () => {
  const error: Output = { kind: 'error', name: 'OSError', message: 'no file', frames: ['File /opt/lib.py'], jvmTrace: 'at org.apache', trace: [] }

  it('has its trace for those who may run', () => {
    for (const role of ['owner', 'editor', 'runner'] as const) expect(outputFor(role, error)).toBe(error)
    for (const role of ['commenter', 'viewer'] as const) expect(outputFor(role, error)).toEqual({ kind: 'error', name: 'OSError', message: 'no file', frames: [], jvmTrace: null })
    expect(outputFor('viewer', { kind: 'notice', text: 'x' })).toEqual({ kind: 'notice', text: 'x' })
  })

  it.each([
    [PYTHON, 'Spark: ZeroDivisionError: division by zero'],
    [PYTHON.slice('Spark: '.length), 'ZeroDivisionError: division by zero'],
    [`An error:\n${PYTHON.slice('Spark: '.length)}`, 'An error:\nZeroDivisionError: division by zero'],
    ['no trace\n  here', 'no trace\n  here'],
  ])('of a function within Spark says its last line: %#', (message, said) => expect(withoutTraceback(message)).toBe(said))
})

describe('a guest of a link', () => {
  const cell = (cellId: string, state: string, source: string) => ({ cellId, state, source }) as never
  const run = (id: string, state: Run['state'], cells: never[], finishedAt: string | null = 'then') => ({ id, state, cells, finishedAt, reason: state === 'failed' ? 'ValueError: secret' : null }) as unknown as Run
  const snapshot = (runs: Run[]) => ({ seq: 1, kernel: { state: 'idle', reason: null }, runs, outputs: [], history: [] }) as FeedSnapshot
  const here = ['a', 'b'] as CellId[]
  const pair = (runId: string, cellId: string) => ({ runId: runId as RunId, cellId })

  it('reads of a run only the cells for which it is shown: others may have been cleaned since', () => {
    const runs = [run('all', 'succeeded', [cell('a', 'succeeded', 'a'), cell('b', 'succeeded', 'secret')]), run('one', 'succeeded', [cell('b', 'succeeded', 'clean')])]
    const shown = ofCells(snapshot(runs), here, [pair('all', 'a'), pair('one', 'b')])
    expect(shown.runs.map(({ cells }) => cells.map(({ source }) => source))).toEqual([['a'], ['clean']])
  })

  it('reads no reason of a cell that is gone, and no run of such cells; one that waits stays in the queue', () => {
    const runs = [run('mixed', 'failed', [cell('a', 'succeeded', 'a'), cell('gone', 'failed', 'x')]), run('past', 'failed', [cell('gone', 'failed', 'x')]), run('open', 'queued', [cell('gone', 'queued', 'x')], null)]
    const shown = ofCells(snapshot(runs), here, [pair('mixed', 'a'), pair('mixed', 'gone'), pair('past', 'gone'), pair('open', 'gone')])
    expect(shown.runs.map(({ id, reason, cells }) => [id, reason, cells.length])).toEqual([['mixed', null, 1], ['open', null, 0]])
    expect(ofCells(snapshot([run('failed', 'failed', [cell('a', 'failed', 'a')])]), here, [pair('failed', 'a')]).runs[0]?.reason).toBe('ValueError: secret')
    expect(ofCells(snapshot([run('failed', 'failed', [cell('a', 'skipped', 'a')])]), here, [pair('failed', 'a')]).runs[0]?.reason, 'before any cell began').toBe('ValueError: secret')
  })
})
