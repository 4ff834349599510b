/** How many rows a cell keeps, in the shared document: the usual limit is not written, junk reads as the usual, a lock holds. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { lockCell } from '#lib/document/lock-cell.ts'
import { readNotebook } from '#lib/document/read-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { restoreText } from '#lib/document/restore-text.ts'
import { splitCell } from '#lib/document/split-cell.ts'
import { rowLimitOf, setRowLimit } from '#lib/document/row-limit.ts'
import { touchesLocks } from '#lib/document/touches-locks.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { ROW_LIMIT, ROW_LIMITS } from '#lib/domain/row-limit.ts'

const A = 'a' as CellId
const B = 'b' as CellId

function made(): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'T', cells: [{ id: A, kind: 'sql', source: 'select 1' }, { id: B, kind: 'markdown', source: '#', rowLimit: 1000 }] })
  return doc
}

describe('the row limit of a cell', () => {
  it('is the usual one until somebody sets another, and again after', () => {
    const doc = made()
    expect(rowLimitOf(doc, A)).toBe(ROW_LIMIT)
    for (const limit of ROW_LIMITS) {
      setRowLimit(doc, [A], limit)
      expect(rowLimitOf(doc, A)).toBe(limit)
    }
    expect(readNotebook(doc).cells[0]).toEqual({ id: A, kind: 'sql', source: 'select 1', rowLimit: null })
    setRowLimit(doc, [A], ROW_LIMIT)
    expect(readNotebook(doc).cells[0]).toEqual({ id: A, kind: 'sql', source: 'select 1' })
  })

  it('is told of cells that run only', () => {
    expect(readNotebook(made()).cells[1]).toEqual({ id: B, kind: 'markdown', source: '#' })
  })

  it.each([7, '10', {}, -1, 1e99, true])('reads %j, which no client of ours writes, as the usual one', (junk) => {
    const doc = made()
    ;(doc.getMap('cells').get(A) as Y.Map<unknown>).set('rows', junk)
    expect(rowLimitOf(doc, A)).toBe(ROW_LIMIT)
  })

  it('of a locked cell is for owners', () => {
    const doc = made()
    lockCell(doc, A, { by: 'Ada', at: 1 })
    const other = new Y.Doc()
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
    const before = Y.encodeStateVector(other)
    setRowLimit(other, [A], null)
    expect(touchesLocks(doc, Y.decodeUpdate(Y.encodeStateAsUpdate(other, before)))).toBe(true)
  })
})

describe('the limit goes with its cell', () => {
  const C = 'c' as CellId
  const rights = { mark: { by: 'Ann', at: 1 }, mayChangeLocked: false }
  const all = () => {
    const doc = new Y.Doc()
    createNotebook(doc, { title: 'T', cells: [{ id: A, kind: 'sql', source: 'select 1\nselect 2', rowLimit: null }] })
    return doc
  }

  it('into both parts of one that is split, and into a copy', () => {
    const doc = all()
    splitCell(doc, { id: A, at: 8, newId: B })
    insertCell(doc, { id: C, kind: 'sql', source: 'select 3', rowLimit: 1000 }, 'end')
    expect([A, B, C].map((id) => rowLimitOf(doc, id))).toEqual([null, null, 1000])
  })

  it('back to what a version says, also of a cell that is gone', () => {
    const doc = all()
    const then = readNotebook(doc)
    setRowLimit(doc, [A], 1000)
    restoreText(doc, then, rights)
    expect(rowLimitOf(doc, A)).toBeNull()
    const other = new Y.Doc()
    createNotebook(other, { title: 'T', cells: [{ id: B, kind: 'python', source: '' }] })
    restoreText(other, then, rights)
    expect(rowLimitOf(other, A)).toBeNull()
    restoreText(doc, { ...then, cells: [{ id: A, kind: 'sql', source: 'select 1' }] }, rights)
    expect(rowLimitOf(doc, A)).toBe(ROW_LIMIT)
  })
})
