/**
 * Text history: undo and redo of what this person typed in one cell, and nothing of what others typed. Outlives the
 * editor, which comes and goes with the viewport, and puts the caret back where the change was.
 */
import * as Y from 'yjs'

export interface Caret {
  anchor: number
  head: number
}

/** What an undo or a redo did to the text: from the first letter to behind the last one. */
export type Span = Caret

type Kept = { anchor: Y.RelativePosition; head: Y.RelativePosition }

export class TextHistory {
  /** The origin of what this person types into the cell's editor, which has it already. */
  readonly origin = {}
  /** The origin of this person's other edits of this cell, which its editor is to show. */
  readonly beside = {}
  readonly #text: Y.Text
  readonly #manager: Y.UndoManager
  readCaret: () => Caret | null = () => null
  showCaret: (caret: Caret) => void = () => undefined
  /** Called after an undo or a redo with what it changed, which may be out of sight. */
  showChange: (span: Span) => void = () => undefined

  constructor(text: Y.Text) {
    this.#text = text
    this.#manager = new Y.UndoManager(text, { trackedOrigins: new Set([this.origin, this.beside]), captureTimeout: 400 })
    this.#manager.on('stack-item-added', ({ stackItem }) => {
      const caret = this.readCaret()
      if (caret !== null && !stackItem.meta.has(this)) stackItem.meta.set(this, this.#keep(caret))
    })
    this.#manager.on('stack-item-popped', ({ stackItem }) => {
      const kept = stackItem.meta.get(this) as Kept | undefined
      const caret = kept === undefined ? null : this.#find(kept)
      if (caret !== null) this.showCaret(caret)
    })
  }

  undo(): void {
    this.#step(() => this.#manager.undo())
  }

  redo(): void {
    this.#step(() => this.#manager.redo())
  }

  destroy(): void {
    this.#manager.destroy()
  }

  #step(act: () => unknown): void {
    let changed: Span | null = null
    const note = (event: Y.YTextEvent): void => void (changed = spanOf(event.delta))
    this.#text.observe(note)
    try {
      act()
    } finally {
      this.#text.unobserve(note)
    }
    if (changed !== null) this.showChange(changed)
  }

  #keep({ anchor, head }: Caret): Kept {
    const at = (offset: number) => Y.createRelativePositionFromTypeIndex(this.#text, Math.min(offset, this.#text.length))
    return { anchor: at(anchor), head: at(head) }
  }

  #find({ anchor, head }: Kept): Caret | null {
    const { doc } = this.#text
    if (doc === null) return null
    const from = Y.createAbsolutePositionFromRelativePosition(anchor, doc)
    const to = Y.createAbsolutePositionFromRelativePosition(head, doc)
    return from === null || to === null ? null : { anchor: from.index, head: to.index }
  }
}

/** A delta walks the old text; the span is in the new one. What was taken away leaves a place without length. */
export function spanOf(delta: Y.YTextEvent['delta']): Span | null {
  let at = 0
  let anchor: number | null = null
  let head = 0
  for (const { retain, insert, delete: gone } of delta) {
    if (retain !== undefined) at += retain
    if (retain !== undefined) continue
    anchor ??= at
    if (typeof insert === 'string') at += insert.length
    if (typeof insert === 'string' || gone !== undefined) head = at
  }
  return anchor === null ? null : { anchor, head }
}
