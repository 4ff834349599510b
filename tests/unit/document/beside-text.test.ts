/** What stands beside a cell's text (an input's value, the row limit, shared views of tables) goes wherever the cell goes: copies, versions, the bin, a split. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeStructure } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { cellsOf } from '#lib/document/keys.ts'
import { lockCell } from '#lib/document/lock-cell.ts'
import { readKept } from '#lib/document/read-kept.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { readWritten } from '#lib/document/read-written.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { restoreCell } from '#lib/document/restore-cell.ts'
import { restoreCellText, restoreText } from '#lib/document/restore-text.ts'
import { rowLimitOf, setRowLimit } from '#lib/document/row-limit.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { splitCell } from '#lib/document/split-cell.ts'
import { sharedViews, shareTableView } from '#lib/document/table-views.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { PLAIN_VIEW, type TableView } from '#lib/domain/table-view.ts'

const [INPUT, TABLE, NEW] = ['i', 't', 'n'] as [CellId, CellId, CellId]
const MARK = { by: 'Ada', at: 1 }
const EDITOR = { mark: MARK, mayChangeLocked: false }
const sorted = (column: string): TableView => ({ ...PLAIN_VIEW, sort: [{ column, direction: 'asc' }] })
const CELLS: Cell[] = [
  { id: INPUT, kind: 'input', source: writeInput(newInput('text', 'region')), value: 'north' },
  { id: TABLE, kind: 'sql', source: 'select 1\nselect 2', rowLimit: null, tableViews: { 0: sorted('a') } },
]

function made(cells = CELLS): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'T', cells })
  return doc
}
const entryOf = (doc: Y.Doc, id: CellId) => cellsOf(doc).get(id) as Y.Map<unknown>
const change = (doc: Y.Doc): void => {
  setInputValue(doc, INPUT, 'south')
  setRowLimit(doc, [TABLE], 1000)
  shareTableView(doc, TABLE, 0, sorted('b'))
  shareTableView(doc, TABLE, 1, sorted('c'))
}

describe('a notebook that is kept or copied', () => {
  it('has all of it, and comes out of a copy as it went in', () => {
    expect(readKept(made())).toEqual({ title: 'T', cells: CELLS })
    expect(readKept(made(readKept(made()).cells))).toEqual(readKept(made()))
  })

  it('says of a cell that runs also that no view is shared, and nothing of other cells; pages are told of no views', () => {
    const plain: Cell[] = [{ id: INPUT, kind: 'markdown', source: '#' }, { id: TABLE, kind: 'python', source: 'df' }]
    expect(readKept(made(plain)).cells).toEqual([plain[0], { ...plain[1], tableViews: {} }])
    expect(readNotebook(made()).cells[1]).not.toHaveProperty('tableViews')
  })

  it.each([['text'], [7], [null], [[[]]], [{ 0: 'x', x: sorted('a'), '-1': sorted('a'), '01': sorted('a') }], [{ 0: { sort: [{ column: 'a', direction: 'up' }] } }]])('keeps nothing of %j, which is no view', (junk) => {
    const doc = made()
    entryOf(doc, TABLE).set('views', junk)
    expect(readKept(doc).cells[1]?.tableViews).toEqual({})
  })
})

describe('a version that is brought back', () => {
  it('sets value, row limit and views as they were, also those that were not set', () => {
    const doc = made()
    const then = readKept(doc)
    change(doc)
    expect(restoreText(doc, then, EDITOR)).toEqual([])
    expect(readKept(doc)).toEqual(then)
    const unset = made(CELLS.map(({ id, kind, source }) => ({ id, kind, source })))
    const blank = readKept(unset)
    change(unset)
    restoreText(unset, blank, EDITOR)
    expect(readKept(unset)).toEqual(blank)
    expect([...entryOf(unset, INPUT).keys(), ...entryOf(unset, TABLE).keys()].sort()).toEqual(['kind', 'kind', 'order', 'order', 'source', 'source'])
  })

  it('writes nothing where all is as it was', () => {
    const doc = made()
    const before = Y.encodeStateVector(doc)
    restoreText(doc, readKept(doc), EDITOR)
    expect(Y.encodeStateVector(doc)).toEqual(before)
  })

  it('makes cells that are gone anew with all of it', () => {
    const doc = made()
    const then = readKept(doc)
    for (const id of [INPUT, TABLE]) cellsOf(doc).delete(id)
    restoreText(doc, then, EDITOR)
    expect(readKept(doc)).toEqual(then)
  })

  it('does so for one cell alone, and leaves the others', () => {
    const doc = made()
    const then = readKept(doc)
    change(doc)
    expect(restoreCellText(doc, then, INPUT, EDITOR)).toEqual([])
    expect([readKept(doc).cells[0], rowLimitOf(doc, TABLE)]).toEqual([CELLS[0], 1000])
    expect(restoreCellText(doc, then, TABLE, EDITOR)).toEqual([])
    expect(readKept(doc)).toEqual(then)
  })

  it('from before views were kept leaves those of now, and takes the rest', () => {
    const doc = made()
    change(doc)
    restoreText(doc, readNotebook(made()), EDITOR)
    const [input, table] = readKept(doc).cells
    expect([input?.value, table?.rowLimit, table?.tableViews]).toEqual(['north', null, { 0: sorted('b'), 1: sorted('c') }])
  })

  it('leaves views and row limit of a locked cell to owners; the value of a locked input is everybody’s', () => {
    const doc = made()
    const then = readKept(doc)
    change(doc)
    for (const id of [INPUT, TABLE]) lockCell(doc, id, MARK)
    expect(restoreText(doc, then, EDITOR)).toEqual([TABLE])
    expect([readKept(doc).cells[0]?.value, rowLimitOf(doc, TABLE)]).toEqual(['north', 1000])
    cellText(doc, INPUT)?.insert(0, ' ')
    setInputValue(doc, INPUT, 'south')
    expect(restoreText(doc, then, EDITOR)).toEqual([INPUT, TABLE])
    expect(readKept(doc).cells[0]?.value).toBe('south')
    expect(restoreText(doc, then, { ...EDITOR, mayChangeLocked: true })).toEqual([])
    expect(readKept(doc)).toEqual(then)
  })
})

describe('a cell', () => {
  it('is pasted with it, and is given back with it by undo, redo and the bin', () => {
    const doc = made()
    const pasted = CELLS.map((cell, at): Cell => ({ ...cell, id: `p${at}` as CellId }))
    const undo = changeStructure(doc, { do: 'add', cells: pasted, place: 'end' }, MARK)
    expect(readKept(doc).cells).toEqual([...CELLS, ...pasted])
    const redo = undo === null ? null : changeStructure(doc, undo, MARK)
    expect(readKept(doc).cells).toEqual(CELLS)
    if (redo !== null) changeStructure(doc, redo, MARK)
    expect(readKept(doc).cells).toEqual([...CELLS, ...pasted])
    removeCell(doc, INPUT, MARK)
    removeCell(doc, TABLE, MARK)
    for (const id of [INPUT, TABLE]) restoreCell(doc, id)
    expect(readKept(doc).cells).toEqual([...CELLS, ...pasted])
  })

  it('is split with the view of its only table in both parts, and merged back as it was', () => {
    const doc = made()
    splitCell(doc, { id: TABLE, at: 8, newId: NEW })
    expect(readKept(doc).cells.slice(1)).toEqual([{ ...CELLS[1], source: 'select 1' }, { ...CELLS[1], id: NEW, source: 'select 2' }])
    const other = made()
    const undo = changeStructure(other, { do: 'split', id: TABLE, at: 8, newId: NEW }, MARK)
    if (undo !== null) changeStructure(other, undo, MARK)
    expect(readKept(other).cells).toEqual(CELLS)
  })

  it('is split without views where several tables have one: nobody knows which table goes where', () => {
    const doc = made()
    change(doc)
    splitCell(doc, { id: TABLE, at: 8, newId: NEW })
    expect(readKept(doc).cells.slice(1).map(({ tableViews }) => tableViews)).toEqual([{ 0: sorted('b'), 1: sorted('c') }, {}])
  })

  it('with words that could not be saved has its value and its row limit', () => {
    expect(readWritten(made(), new Set([INPUT, TABLE]))).toEqual(readNotebook(made()).cells)
  })

  it('shares no object with its copy: a view that is changed in one stays in the other', () => {
    const doc = made()
    insertCell(doc, { ...readKept(doc).cells[1]!, id: NEW }, 'end')
    shareTableView(doc, NEW, 0, null)
    expect([sharedViews(doc, NEW), readKept(doc).cells[1]?.tableViews]).toEqual([undefined, { 0: sorted('a') }])
  })
})
