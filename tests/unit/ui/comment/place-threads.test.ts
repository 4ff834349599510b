import { describe, expect, it } from 'vitest'
import type { CommentAnchor, CommentThread } from '#lib/domain/comment.ts'
import type { CellId, ResultId, RunId, ThreadId } from '#lib/domain/ids.ts'
import { findOnce } from '#lib/ui/comment/find-selected.ts'
import { placeThreads, type Places } from '#lib/ui/comment/place-threads.ts'

const thread = (id: string, cellId: string, anchor: CommentAnchor): CommentThread => ({
  id: id as ThreadId, notebookId: 'n' as never, cellId: cellId as CellId, anchor, quote: '', createdAt: id, resolvedAt: null, resolvedBy: null, comments: [],
})
const at = (start: number): CommentAnchor => ({ kind: 'text', start, end: start + 1 })
const places: Places = {
  cells: [{ id: 'b' as CellId, kind: 'sql' }, { id: 'a' as CellId, kind: 'python' }],
  findText: (_cell, { start }) => (Number(start) < 0 ? null : { start: Number(start), end: Number(start) + 1 }),
  shownRun: (id) => (id === 'a' ? { runId: 'r2' as RunId, resultIds: ['t2'] } : null),
}
const output = (runId: string): CommentAnchor => ({ kind: 'output', runId: runId as RunId })
const row = (resultId: string): CommentAnchor => ({ kind: 'row', resultId: resultId as ResultId, row: 4 })

describe('threads', () => {
  it('stand in the order of their places: cells, in a cell the text, then the output; what is gone last', () => {
    const threads = [
      thread('0', 'gone', { kind: 'cell' }), thread('1', 'a', output('r2')), thread('2', 'a', at(9)), thread('3', 'a', at(-1)), thread('4', 'a', at(2)),
      thread('5', 'a', { kind: 'cell' }), thread('6', 'b', { kind: 'cell' }), thread('7', 'gone', at(1)),
    ]
    expect(placeThreads(threads, places).map((placed) => placed.thread.id)).toEqual(['6', '5', '4', '2', '1', '3', '0', '7'])
  })

  it.each([
    [{ kind: 'cell' } as CommentAnchor, 'a', 'Cell 2, Python', null], [at(1), 'b', 'Cell 1, SQL', null], [at(-1), 'b', 'Cell 1, SQL', 'The text is gone'],
    [at(1), 'gone', '', 'The text is gone'], [{ kind: 'cell' } as CommentAnchor, 'gone', '', 'The cell is gone'],
    [output('r2'), 'a', 'Output of cell 2', null], [output('r1'), 'a', 'Output of cell 2', 'This output was of an earlier run'],
    [row('t2'), 'a', 'Row 5 in the output of cell 2', null], [row('t1'), 'b', 'Row 5 in the output of cell 1', 'This row was of an earlier run'],
  ])('%j in %s: %s, %s', (anchor, cell, place, loss) => {
    expect(placeThreads([thread('1', cell, anchor)], places)).toMatchObject([{ place, loss }])
  })

  it('say nothing is gone before the document is there', () => {
    expect(placeThreads([thread('1', 'a', at(-1))], { ...places, findText: null })).toMatchObject([{ loss: null }])
  })
})

describe('text selected on a painted page', () => {
  it.each([['a *b* c', 'c', { start: 6, end: 7 }], ['a a', 'a', null], ['a *b*', 'a b', null], ['a', '', null]])('%j, %j', (source, wanted, range) => expect(findOnce(source, wanted)).toEqual(range))
})
