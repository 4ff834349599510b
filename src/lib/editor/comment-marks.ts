/**
 * Comment marks: a quiet line under each piece of a cell's text that has an open thread; the one that is being read
 * stands out. The places are looked up anew after every change, so a mark follows its letters while anybody types.
 */
import type { editor } from 'monaco-editor/editor'
import type * as Y from 'yjs'
import { findAnchor, type TextAnchor } from '#lib/document/text-anchor.ts'
import './comment-marks.css'
import type { IDisposable, MonacoApi } from './load-monaco.ts'

export interface CommentMark {
  threadId: string
  anchor: TextAnchor
  isActive: boolean
}

export interface CommentMarks extends IDisposable {
  show(marks: readonly CommentMark[]): void
}

export const markClass = (threadId: string): string => `thread-${threadId}`

export function commentMarks(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, text: Y.Text, onPress: (threadId: string) => void): CommentMarks {
  let shown: readonly CommentMark[] = []
  let pressed: string | null = null
  const drawn = target.createDecorationsCollection()

  const draw = () => {
    const model = target.getModel()
    if (model === null) return
    drawn.set(shown.flatMap(({ threadId, anchor, isActive }) => {
      const found = findAnchor(text, anchor)
      if (found === null) return []
      const range = monaco.Range.fromPositions(model.getPositionAt(found.start), model.getPositionAt(found.end))
      const inlineClassName = `comment-mark ${markClass(threadId)}${isActive ? ' is-active' : ''}`
      return [{ range, options: { inlineClassName, stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges } }]
    }))
  }
  /** The shortest mark under the pointer: a thread on a word inside a thread on a line can be reached. */
  const markAt = (offset: number): CommentMark | undefined => shown
    .map((mark) => ({ mark, found: findAnchor(text, mark.anchor) }))
    .filter(({ found }) => found !== null && found.start <= offset && offset <= found.end)
    .sort((a, b) => (a.found!.end - a.found!.start) - (b.found!.end - b.found!.start))[0]?.mark

  const parts = [
    target.onDidChangeModelContent(draw),
    // Where the button goes down: by the time it comes up, Monaco has taken the pointer for itself.
    target.onMouseDown(({ target: hit, event }) => {
      const isMark = event.leftButton && hit.element?.classList.contains('comment-mark') === true && hit.position !== null
      pressed = isMark ? (markAt(target.getModel()?.getOffsetAt(hit.position!) ?? -1)?.threadId ?? null) : null
    }),
    // Who drags over it wants to select.
    target.onMouseUp(() => {
      if (pressed !== null && target.getSelection()?.isEmpty() === true) onPress(pressed)
      pressed = null
    }),
  ]
  return {
    show: (marks) => {
      shown = marks
      draw()
    },
    dispose: () => {
      for (const part of parts) part.dispose()
      drawn.clear()
    },
  }
}
