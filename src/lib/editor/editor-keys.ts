/**
 * Editor keys: what the notebook takes from Monaco while a cell is edited. Actions are scoped to their editor and
 * give way to Monaco's own small windows: the first Escape closes a suggestion, the next leaves the cell.
 */
import type { editor } from 'monaco-editor/editor'
import { callAt } from './call-at.ts'
import type { IDisposable, MonacoApi } from './load-monaco.ts'

/** What the person asked for, by key, from inside an editor. */
export type EditorKey = 'leave' | 'run' | 'run-and-next' | 'run-and-insert' | 'palette' | 'interrupt' | 'previous-cell' | 'next-cell' | 'save' | 'comment' | 'split' | 'run-stale'

interface Handlers {
  onKey: (key: EditorKey) => void
  onUndo: () => void
  onRedo: () => void
}

const NOTHING_OPEN = [
  'suggestWidgetVisible', 'parameterHintsVisible', 'findWidgetVisible', 'inSnippetMode', 'renameInputVisible',
  'editorHasMultipleSelections', 'editorHoverVisible', 'cancelSelectionAnchorVisible', 'contextMenuVisible',
].map((name) => `!${name}`).join(' && ')

export function addEditorKeys(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, handlers: Handlers): IDisposable[] {
  const { KeyCode, KeyMod } = monaco
  const action = (id: string, label: string, keybindings: number[], run: () => void, precondition?: string) =>
    target.addAction({ id: `cell.${id}`, label, keybindings, run, ...(precondition !== undefined && { precondition }) })
  // Not of a key in Monaco's own find box, which is within the editor: there Shift+Enter looks backwards and undo is of the words looked for.
  const inText = (id: string, label: string, keybindings: number[], run: () => void) => action(id, label, keybindings, run, 'editorTextFocus')
  const key = (name: EditorKey) => () => handlers.onKey(name)

  // Monaco hides its hover at any key, before it looks for what the key means: only here it is still to be seen.
  let hadHover = false
  const node = target.getDomNode()
  const lookForHover = () => void (hadHover = document.querySelector('#editor-overflow .monaco-hover:not(.hidden)') !== null)
  node?.addEventListener('keydown', lookForHover, { capture: true })

  return [
    { dispose: () => node?.removeEventListener('keydown', lookForHover, { capture: true }) },
    action('leave', 'Leave the cell', [KeyCode.Escape], () => void (hadHover || handlers.onKey('leave')), NOTHING_OPEN),
    inText('run', 'Run cell', [KeyMod.CtrlCmd | KeyCode.Enter], key('run')),
    inText('run-and-next', 'Run cell and go to the next', [KeyMod.Shift | KeyCode.Enter], key('run-and-next')),
    inText('run-and-insert', 'Run cell and add one below', [KeyMod.Alt | KeyCode.Enter], key('run-and-insert')),
    inText('undo', 'Undo', [KeyMod.CtrlCmd | KeyCode.KeyZ], handlers.onUndo),
    inText('redo', 'Redo', [KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, KeyMod.CtrlCmd | KeyCode.KeyY], handlers.onRedo),
    action('palette', 'Commands', [KeyMod.CtrlCmd | KeyCode.KeyK, KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyP], key('palette')),
    action('run-stale', 'Run what is stale', [KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyR], key('run-stale')),
    action('interrupt', 'Interrupt', [KeyMod.CtrlCmd | KeyCode.KeyI], key('interrupt')),
    target.addAction({ id: 'cell.comment', label: 'Comment on this', keybindings: [KeyMod.CtrlCmd | KeyMod.Alt | KeyCode.KeyC], contextMenuGroupId: '1_comment', run: key('comment') }),
    // On a Mac, Jupyter's key is Ctrl as well; Command is what Monaco calls CtrlCmd there.
    inText('split', 'Split the cell at the cursor', [KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.Minus, KeyMod.WinCtrl | KeyMod.Shift | KeyCode.Minus], key('split')),
    action('help', 'What is this?', [KeyMod.Shift | KeyCode.Tab], () => showHelp(target), '!editorTabMovesFocus && !inSnippetMode && !suggestWidgetVisible'),
    action('save', 'Save', [KeyMod.CtrlCmd | KeyCode.KeyS], key('save')),
    target.onKeyDown((event) => walkOut(monaco, target, event, handlers.onKey)),
  ]
}

/** Jupyter's Shift+Tab: behind code it tells what is called or named there; at the beginning of a line it moves the line back. */
function showHelp(target: editor.IStandaloneCodeEditor): void {
  const position = target.getPosition()
  const model = target.getModel()
  if (position === null || model === null) return
  const offset = model.getOffsetAt(position)
  const isCode = model.getLanguageId() === 'python' && target.getSelection()?.isEmpty() === true && model.getLineContent(position.lineNumber).slice(0, position.column - 1).trim() !== ''
  if (!isCode) return target.trigger('keyboard', 'outdent', null)
  target.trigger('keyboard', callAt(model.getValue(), offset) === null ? 'editor.action.showHover' : 'editor.action.triggerParameterHints', null)
}

/** Arrow up on the first line, or down on the last, walks on into the neighbour, as in Jupyter. */
function walkOut(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, event: { keyCode: number; shiftKey: boolean; altKey: boolean; ctrlKey: boolean; metaKey: boolean; preventDefault(): void; stopPropagation(): void }, onKey: (key: EditorKey) => void): void {
  const isUp = event.keyCode === monaco.KeyCode.UpArrow
  if (!isUp && event.keyCode !== monaco.KeyCode.DownArrow) return
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || isMenuOpen()) return
  const position = target.getPosition()
  const model = target.getModel()
  if (position === null || model === null || !target.getSelection()?.isEmpty()) return
  const isAtEdge = isUp ? position.lineNumber === 1 && isTopVisualLine(target, position) : position.lineNumber === model.getLineCount() && isBottomVisualLine(target, model, position)
  if (!isAtEdge) return
  event.preventDefault()
  event.stopPropagation()
  onKey(isUp ? 'previous-cell' : 'next-cell')
}

const isMenuOpen = (): boolean => document.querySelector('#editor-overflow .suggest-widget.visible, #editor-overflow .parameter-hints-widget.visible') !== null

type Position = { lineNumber: number; column: number }
const topOf = (target: editor.IStandaloneCodeEditor, position: Position) => target.getScrolledVisiblePosition(position)?.top ?? 0
/** A wrapped line is several on screen. */
const isTopVisualLine = (target: editor.IStandaloneCodeEditor, position: Position) => topOf(target, position) <= topOf(target, { lineNumber: 1, column: 1 })
const isBottomVisualLine = (target: editor.IStandaloneCodeEditor, model: editor.ITextModel, position: Position) =>
  topOf(target, position) >= topOf(target, { lineNumber: model.getLineCount(), column: model.getLineMaxColumn(model.getLineCount()) })
