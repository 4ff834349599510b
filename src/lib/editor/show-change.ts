/**
 * Show change: what an undo changed, when it is out of sight. The editor is as high as its text and the page scrolls, so
 * Monaco thinks that all of it can be seen. In sight, the caret where it was says enough and nothing is selected.
 */
import type { editor } from 'monaco-editor/editor'
import type { MonacoApi } from './load-monaco.ts'
import type { Span } from './text-history.ts'

/** The bars above and below the page's text. */
const TOP_PX = 110
const BOTTOM_PX = 40

export function showChange(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, model: editor.ITextModel, { anchor, head }: Span): void {
  const [from, to] = [model.getPositionAt(anchor), model.getPositionAt(head)]
  const box = target.getDomNode()?.getBoundingClientRect()
  const place = target.getScrolledVisiblePosition(from)
  if (box === undefined || place === null) return
  const top = box.top + place.top
  if (top >= TOP_PX && top + place.height <= innerHeight - BOTTOM_PX) return
  target.setSelection(monaco.Selection.fromPositions(from, to))
  scrollBy({ top: top - innerHeight / 3, behavior: 'instant' })
}
