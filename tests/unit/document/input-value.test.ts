/** The value of an input cell: shared beside its definition, free where the definition is locked. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { lockCell } from '#lib/document/lock-cell.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { setInputValue } from '#lib/document/set-input-value.ts'
import { touchesLocks } from '#lib/document/touches-locks.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'

const id = 'i1' as CellId
const code = 'p1' as CellId
function open() {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'n', cells: [{ id, kind: 'input', source: writeInput(newInput('text', 'region')) }, { id: code, kind: 'python', source: '1' }] })
  return doc
}
const valueOf = (doc: Y.Doc) => readNotebook(doc).cells[0]?.value
function updateOf(doc: Y.Doc, change: (doc: Y.Doc) => void) {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = Y.encodeStateVector(copy)
  change(copy)
  return Y.encodeStateAsUpdate(copy, before)
}

describe('the value of an input', () => {
  it('is not there until it is set, and is then of the document', () => {
    const doc = open()
    expect(readNotebook(doc).cells[0]).not.toHaveProperty('value')
    setInputValue(doc, id, 'north')
    expect(valueOf(doc)).toBe('north')
  })

  it('is of input cells only', () => {
    const doc = open()
    setInputValue(doc, code, 'x')
    expect(readNotebook(doc).cells[1]).toEqual({ id: code, kind: 'python', source: '1' })
  })

  it('goes with a copy', () => {
    const copy = new Y.Doc()
    createNotebook(copy, { title: 'n', cells: [{ id, kind: 'input', source: '{}', value: 7 }] })
    expect(valueOf(copy)).toBe(7)
  })

  it.each([[{ a: 1 }], [new Y.Map()], [[1]], [NaN]])('is never %s, whatever a client writes', (forged) => {
    const doc = open()
    const entry = cellText(doc, id)?.parent as Y.Map<unknown>
    entry.set('value', forged)
    expect(readNotebook(doc).cells[0]).not.toHaveProperty('value')
  })

  it('may be set by everybody where the cell is locked; its definition may not', () => {
    const doc = open()
    setInputValue(doc, id, 'before')
    lockCell(doc, id, { by: 'Owner', at: 1 })
    const touches = (change: (copy: Y.Doc) => void) => touchesLocks(doc, Y.decodeUpdate(updateOf(doc, change)))
    expect(touches((copy) => setInputValue(copy, id, 'after'))).toBe(false)
    expect(touches((copy) => cellText(copy, id)?.insert(0, 'x'))).toBe(true)
  })
})
