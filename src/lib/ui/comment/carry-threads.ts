/**
 * Carry threads: a thread about a piece of text goes along when a split, a merge or its undo moves that text to another
 * cell. Called before the change; what it returns is called after it, with the cells that the change was about.
 */
import type { CellId } from '#lib/domain/ids.ts'
import { findMoved } from '#lib/document/find-moved.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { anchorText, findAnchor } from '#lib/document/text-anchor.ts'
import type * as Y from 'yjs'
import type { Comments } from './comments.svelte.ts'

export function holdThreads(comments: Comments, doc: Y.Doc): (cells: readonly CellId[]) => void {
  const held = comments.threads.flatMap(({ id, cellId, anchor }) => {
    const text = cellText(doc, cellId)
    const range = text === null || anchor.kind !== 'text' ? null : findAnchor(text, anchor)
    return text === null || anchor.kind !== 'text' || range === null ? [] : [{ id, cellId, anchor, range, before: text.toString() }]
  })
  return (cells) => {
    for (const { id, cellId, anchor, range, before } of held) {
      const left = cellText(doc, cellId)
      if (left !== null && findAnchor(left, anchor) !== null) continue
      for (const other of cells) {
        const text = other === cellId ? null : cellText(doc, other)
        const moved = text === null ? null : findMoved(before, range, text.toString())
        if (text === null || moved === null) continue
        comments.place(id, other, anchorText(text, moved))
        break
      }
    }
  }
}
