/** Z and Shift+Z: this person's own changes of cells, the newest first, each by its name. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeStructure } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { readOutline } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { StructureHistory } from '#lib/ui/notebook/structure-history.ts'

const id = (text: string) => text as CellId
const ADA = { by: 'Ada', at: 1 }
const order = (doc: Y.Doc) => readOutline(doc).map((one) => one.id).join('')

function notebook(): { doc: Y.Doc; history: StructureHistory } {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: ['a', 'b', 'c'].map((name) => ({ id: id(name), kind: 'python', source: name })) })
  return { doc, history: new StructureHistory() }
}

describe('the history of cells as wholes', () => {
  it('takes back one after another, says each by name, and does them again', () => {
    const { doc, history } = notebook()
    history.perform(doc, 'delete cell', { do: 'bin', ids: [id('a')] }, ADA)
    history.perform(doc, 'move cell', { do: 'move', ids: [id('c')], place: 'start' }, ADA)
    expect(order(doc)).toBe('cb')
    expect(history.undo(doc, ADA)).toMatchObject({ kind: 'done', name: 'move cell' })
    expect(history.undo(doc, ADA)).toMatchObject({ kind: 'done', name: 'delete cell' })
    expect([order(doc), history.undo(doc, ADA)]).toEqual(['abc', { kind: 'nothing' }])
    history.redo(doc, ADA)
    history.redo(doc, ADA)
    expect([order(doc), history.redo(doc, ADA)]).toEqual(['cb', { kind: 'nothing' }])
  })

  it('forgets what could be done again once something new is done', () => {
    const { doc, history } = notebook()
    history.perform(doc, 'delete cell', { do: 'bin', ids: [id('a')] }, ADA)
    history.undo(doc, ADA)
    history.perform(doc, 'delete cell', { do: 'bin', ids: [id('b')] }, ADA)
    expect(history.redo(doc, ADA)).toEqual({ kind: 'nothing' })
    expect(order(doc)).toBe('ac')
  })

  it('leaves what another changed since, says so, and goes on with the one before', () => {
    const { doc, history } = notebook()
    history.perform(doc, 'delete cell', { do: 'bin', ids: [id('a')] }, ADA)
    history.perform(doc, 'make it SQL', { do: 'kind', ids: [id('b')], kind: 'sql' }, ADA)
    changeStructure(doc, { do: 'kind', ids: [id('b')], kind: 'markdown' }, { by: 'Bob', at: 2 })
    expect(history.undo(doc, ADA)).toEqual({ kind: 'impossible', name: 'make it SQL' })
    expect(history.undo(doc, ADA)).toMatchObject({ kind: 'done', name: 'delete cell' })
    expect(readOutline(doc).map(({ kind }) => kind)).toEqual(['python', 'markdown', 'python'])
  })

  it('does not count what changed nothing', () => {
    const { doc, history } = notebook()
    expect(history.perform(doc, 'delete cell', { do: 'bin', ids: [id('gone')] }, ADA)).toBeNull()
    expect(history.undo(doc, ADA)).toEqual({ kind: 'nothing' })
  })
})
