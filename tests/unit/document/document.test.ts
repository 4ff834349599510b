import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeKind } from '#lib/document/change-kind.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { digestSource } from '#lib/document/digest.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import { observeNotebook, type NotebookChange } from '#lib/document/observe-notebook.ts'
import { cellText, readNotebook, readOutline } from '#lib/document/read-notebook.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'

const id = (text: string) => text as CellId
const cell = (name: string, source = name): Cell => ({ id: id(name), kind: 'python', source })

function notebook(...names: string[]): Y.Doc {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: names.map((name) => cell(name)) })
  return doc
}

const order = (doc: Y.Doc) => readOutline(doc).map((one) => one.id).join('')

function exchange(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  exchange(doc, copy)
  return copy
}

describe('a notebook document', () => {
  it('reads back what it was made of, in order, with LF line ends', () => {
    const doc = new Y.Doc()
    createNotebook(doc, { title: 'Delays', cells: [cell('b', 'x = 1\r\ny = 2\rz'), cell('a', '')] })
    expect(readNotebook(doc)).toEqual({ title: 'Delays', cells: [cell('b', 'x = 1\ny = 2\nz'), cell('a', '')] })
  })

  it('inserts at every place, and at the end when the anchor is gone', () => {
    const doc = notebook('a', 'b')
    insertCell(doc, { id: id('c'), kind: 'sql' }, { after: id('a') })
    insertCell(doc, { id: id('d'), kind: 'sql' }, { before: id('a') })
    insertCell(doc, { id: id('e'), kind: 'sql' }, 'start')
    insertCell(doc, { id: id('f'), kind: 'sql' }, { after: id('gone') })
    expect(order(doc)).toBe('edacbf')
  })

  it('does not empty a cell whose id is inserted again', () => {
    const doc = notebook('a')
    insertCell(doc, { id: id('a'), kind: 'sql', source: '' }, 'end')
    expect(readNotebook(doc).cells).toEqual([cell('a')])
  })

  it('moves a cell without touching its text', () => {
    const doc = notebook('a', 'b', 'c')
    const text = cellText(doc, id('c'))
    moveCell(doc, id('c'), 'start')
    moveCell(doc, id('a'), { after: id('b') })
    moveCell(doc, id('b'), { after: id('b') })
    expect(order(doc)).toBe('cba')
    expect(cellText(doc, id('c'))).toBe(text)
  })

  it('changes kind and title, and removes', () => {
    const doc = notebook('a', 'b')
    changeKind(doc, id('a'), 'markdown')
    renameNotebook(doc, 'Arrivals')
    removeCell(doc, id('b'), { by: 'Ada', at: 0 })
    expect(readNotebook(doc)).toEqual({ title: 'Arrivals', cells: [{ ...cell('a'), kind: 'markdown' }] })
  })

  it('puts a cell between two that were inserted at one place at once', () => {
    const one = notebook('a', 'z')
    const two = copyOf(one)
    insertCell(one, { id: id('m'), kind: 'sql' }, { after: id('a') })
    insertCell(two, { id: id('n'), kind: 'sql' }, { after: id('a') })
    exchange(one, two)
    expect(order(one)).toBe('amnz')
    insertCell(two, { id: id('o'), kind: 'sql' }, { after: id('m') })
    moveCell(two, id('z'), { before: id('n') })
    exchange(one, two)
    expect([order(one), order(two)]).toEqual(['amozn', 'amozn'])
  })

  it('keeps what is typed in a cell while another moves it', () => {
    const one = notebook('a', 'b')
    const two = copyOf(one)
    moveCell(one, id('b'), 'start')
    cellText(two, id('b'))?.insert(1, ' typed')
    exchange(one, two)
    expect(readNotebook(one)).toEqual(readNotebook(two))
    expect(readNotebook(one).cells[0]?.source).toBe('b typed')
  })
})

describe('a document that a stranger wrote in', () => {
  it('passes over what is not a cell', () => {
    const doc = notebook('a')
    const cells = doc.getMap('cells')
    cells.set('text', 'hello')
    cells.set('../x', new Y.Map([['kind', 'python'], ['order', 'a0'], ['source', new Y.Text('')]] as [string, unknown][]))
    cells.set('__proto__', new Y.Map([['kind', 'python'], ['order', 'a0'], ['source', new Y.Text('')]] as [string, unknown][]))
    cells.set('future', new Y.Map([['kind', 'hologram'], ['order', 'a0'], ['source', new Y.Text('')]] as [string, unknown][]))
    cells.set('plain', new Y.Map([['kind', 'python'], ['order', 'a0'], ['source', 'no shared text']]))
    doc.getMap('meta').set('title', 42)
    expect(readNotebook(doc)).toEqual({ title: 'Untitled notebook', cells: [cell('a')] })
  })

  it('sorts broken order keys last and mends them at the next insert', () => {
    const doc = notebook('a', 'b')
    for (const [name, key] of [['x', 'a00'], ['y', {}], ['w', '~~']] as const) {
      doc.getMap('cells').set(name, new Y.Map([['kind', 'sql'], ['order', key], ['source', new Y.Text('')]] as [string, unknown][]))
    }
    expect(order(doc)).toBe('abwxy')
    insertCell(doc, { id: id('n'), kind: 'sql' }, { after: id('x') })
    moveCell(doc, id('y'), 'start')
    expect(order(doc)).toBe('yabwxn')
  })
})

describe('observing', () => {
  it('tells outline, text and title apart, and stops', () => {
    const doc = notebook('a', 'b')
    const seen: NotebookChange[] = []
    const stop = observeNotebook(doc, (change) => seen.push(change))
    cellText(doc, id('a'))?.insert(0, '#')
    moveCell(doc, id('b'), 'start')
    renameNotebook(doc, 'Arrivals')
    stop()
    removeCell(doc, id('a'), { by: 'Ada', at: 0 })
    expect(seen).toEqual([
      { hasTitle: false, hasOutline: false, sources: new Set(['a']), isLocal: true },
      { hasTitle: false, hasOutline: true, sources: new Set(), isLocal: true },
      { hasTitle: true, hasOutline: false, sources: new Set(), isLocal: true },
    ])
  })
})

describe('the digest of a source', () => {
  it('is SHA-256 over UTF-8 with LF line ends', () => {
    expect(digestSource('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(digestSource('a\r\nb')).toBe(digestSource('a\nb'))
    expect(digestSource('é')).not.toBe(digestSource('e'))
  })
})
