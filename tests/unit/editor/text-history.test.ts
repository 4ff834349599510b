/** Undo of text: this person's own, in one cell, and it says where it changed something. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { spanOf, TextHistory } from '#lib/editor/text-history.ts'

describe('the history of a cell’s text', () => {
  it('takes back my words and none of theirs, and says where', () => {
    const text = new Y.Doc().getText('cell')
    text.insert(0, 'base')
    const history = new TextHistory(text)
    const shown: unknown[] = []
    history.showChange = (span) => void shown.push(span)
    text.doc?.transact(() => text.insert(4, ' mine'), history.origin)
    text.insert(0, 'theirs ')
    history.undo()
    expect([text.toString(), shown]).toEqual(['theirs base', [{ anchor: 11, head: 11 }]])
    history.redo()
    expect([text.toString(), shown.at(-1)]).toEqual(['theirs base mine', { anchor: 11, head: 16 }])
    history.undo()
    history.undo()
    expect([text.toString(), shown.length]).toEqual(['theirs base', 3])
  })

  it.each([
    [[{ retain: 3 }, { insert: 'abc' }], { anchor: 3, head: 6 }],
    [[{ delete: 4 }], { anchor: 0, head: 0 }],
    [[{ insert: 'a' }, { retain: 5 }, { delete: 2 }, { insert: 'bc' }], { anchor: 0, head: 8 }],
    [[{ retain: 5 }], null],
    [[], null],
  ])('finds in %j what changed', (delta, span) => expect(spanOf(delta)).toEqual(span))
})
