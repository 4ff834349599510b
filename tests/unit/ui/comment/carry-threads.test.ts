/** Threads go along with their text through splits, merges and their undo, and stay where their text stayed. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellsOfChange, changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import { createNotebook } from '#lib/document/create-notebook.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { anchorText, findAnchor, type TextAnchor } from '#lib/document/text-anchor.ts'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { holdThreads } from '#lib/ui/comment/carry-threads.ts'
import type { Comments } from '#lib/ui/comment/comments.svelte.ts'

const id = (text: string) => text as CellId

/** A notebook of cells `a`, `b`, … with a thread on each of these words; what the server would have of them. */
function commented(sources: string[], words: string[]) {
  const doc = new Y.Doc()
  createNotebook(doc, { title: 'Delays', cells: sources.map((source, at) => ({ id: id('abcdef'[at]!), kind: 'python', source })) })
  const threads = words.map((word) => {
    const at = sources.findIndex((source) => source.includes(word))
    const start = sources[at]!.indexOf(word)
    const cellId = id('abcdef'[at]!)
    return { id: word, cellId, anchor: { kind: 'text', ...anchorText(cellText(doc, cellId)!, { start, end: start + word.length }) } }
  })
  const comments = {
    threads: threads as unknown as CommentThread[],
    place: (threadId: string, cellId: CellId, anchor: TextAnchor) => void Object.assign(threads.find((thread) => thread.id === threadId)!, { cellId, anchor: { kind: 'text', ...anchor } }),
  } as unknown as Comments
  const change = (one: StructureChange): StructureChange => {
    const carry = holdThreads(comments, doc)
    const back = changeStructure(doc, one, { by: 'Ada', at: 0 }) ?? expect.fail('nothing was changed')
    carry(cellsOfChange(one))
    return back
  }
  const seen = () => threads.map(({ cellId, anchor }) => {
    const text = cellText(doc, cellId)
    const range = text === null ? null : findAnchor(text, anchor)
    return range === null ? 'gone' : `${cellId}:${text!.toString().slice(range.start, range.end)}`
  }).join(' ')
  return { doc, change, seen }
}

describe('threads on pieces of text', () => {
  it('go down with a split and up again with its undo, and down with doing it again', () => {
    const { change, seen } = commented(['alpha = 1\nbeta = 2'], ['alpha', 'beta'])
    const undo = change({ do: 'split', id: id('a'), at: 10, newId: id('n') })
    expect(seen()).toBe('a:alpha n:beta')
    const redo = change(undo)
    expect(seen()).toBe('a:alpha a:beta')
    change(redo)
    expect(seen()).toBe('a:alpha n:beta')
  })

  it('go up with a merge of several and each back to its own cell, with what was typed since', () => {
    const { doc, change, seen } = commented(['one = 1', 'two = 2', 'three = 3'], ['one', 'two', 'three'])
    const undo = change({ do: 'merge', into: id('a'), parts: [{ id: id('b'), joint: '\n' }, { id: id('c'), joint: '\n' }] })
    expect(seen()).toBe('a:one a:two a:three')
    cellText(doc, id('a'))!.insert(0, '# typed since\n')
    change(undo)
    expect(seen()).toBe('a:one b:two c:three')
  })

  it('stay with a cell that is moved, deleted and brought back', () => {
    const { change, seen } = commented(['one = 1', 'two = 2'], ['two'])
    change({ do: 'move', ids: [id('b')], place: { before: id('a') } })
    expect(seen()).toBe('b:two')
    const undo = change({ do: 'bin', ids: [id('b')] })
    change(undo)
    expect(seen()).toBe('b:two')
  })
})
