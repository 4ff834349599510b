/**
 * Open editor: one Monaco editor for one cell, bound to its shared text. As high as its text, so that the page
 * scrolls and not the cell; the wheel is never caught; Escape, the run keys and undo belong to the notebook.
 */
import type { editor } from 'monaco-editor/editor'
import type { CellKind } from '#lib/domain/cell.ts'
import type * as Y from 'yjs'
import { bindText } from './bind-text.ts'
import { giveHelp, type FindHelp } from './code-help.ts'
import { commentMarks, type CommentMarks } from './comment-marks.ts'
import { addEditorKeys, type EditorKey } from './editor-keys.ts'
import { takeTurn } from './editor-turns.ts'
import { languageOf, loadMonaco, type IDisposable, type MonacoApi } from './load-monaco.ts'
import { showChange } from './show-change.ts'
import { remoteCarets, type RemoteCarets } from './remote-carets.ts'
import type { Caret, TextHistory } from './text-history.ts'
import { typeKeys, type AheadKey } from './type-ahead.ts'

export interface ReadOnly {
  isReadOnly: boolean
  readOnlyMessage: string
}

export interface EditorOptions extends ReadOnly {
  text: Y.Text
  history: TextHistory
  kind: CellKind
  label: string
  /** Somebody waits for this one. */
  isUrgent: () => boolean
  /** Who knows what could stand in the text. */
  help: FindHelp
  onKey: (key: EditorKey) => void
  onFocus: () => void
  /** The text is left, maybe for the editor's own search or menu. */
  onBlur: () => void
  /** All of it is left. */
  onLeave: () => void
  onCaret: (caret: Caret | null) => void
  onHeight: (height: number) => void
  /** A commented piece of the text was pressed. */
  onMark: (threadId: string) => void
}

/** Where the caret goes when an editor is entered; where it was when nothing is said. */
export type Spot = 'start' | 'end' | { line: number } | { offset: number }

export interface OpenedEditor {
  carets: RemoteCarets
  marks: CommentMarks
  /** What is selected, as offsets; null when nothing is. */
  selection(): { start: number; end: number } | null
  focus(at?: Spot): void
  /** What was typed before it was there; the focus stays where it is. */
  typeAhead(keys: readonly AheadKey[], at?: Spot): void
  setReadOnly(readOnly: ReadOnly): void
  setKind(kind: CellKind): void
  setLabel(label: string): void
  hasFocus(): boolean
  /** Offset of the text cursor. */
  caret(): number | null
  close(): void
}

export async function openEditor(host: HTMLElement, options: EditorOptions, isStillWanted: () => boolean): Promise<OpenedEditor | null> {
  const monaco = await loadMonaco()
  await takeTurn(host, options.isUrgent)
  if (!isStillWanted()) return null
  const model = monaco.editor.createModel(options.text.toString(), languageOf(options.kind))
  giveHelp(model, options.help)
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } })
  const target = monaco.editor.create(host, { ...LOOK, ...kindOptions(options.kind), model, ariaLabel: options.label, readOnly: options.isReadOnly, readOnlyMessage: { value: options.readOnlyMessage }, overflowWidgetsDomNode: overflowNode() })
  // Undo is ours and not Monaco's, so it would write into a text that is read-only by now.
  const mayWrite = () => !target.getOption(monaco.editor.EditorOption.readOnly)
  const parts: IDisposable[] = [
    bindText(monaco, model, options.text, options.history.origin),
    fitHeight(target, host, options.onHeight),
    tellCaret(target, model, options),
    ...addEditorKeys(monaco, target, { ...options, onUndo: () => mayWrite() && options.history.undo(), onRedo: () => mayWrite() && options.history.redo() }),
  ]
  const carets = remoteCarets(monaco, target, options.text)
  const marks = commentMarks(monaco, target, options.text, options.onMark)
  holdCaretForHistory(monaco, target, model, options.history)
  const place = (at: Spot | undefined): void => {
    if (at === 'start') target.setPosition({ lineNumber: 1, column: 1 })
    if (at === 'end') target.setPosition(model.getPositionAt(model.getValueLength()))
    if (typeof at === 'object' && 'line' in at) goToLine(target, model, at.line)
    else if (typeof at === 'object') target.setPosition(model.getPositionAt(at.offset))
  }

  return {
    carets,
    marks,
    selection: () => {
      const caret = caretOf(target, model)
      return caret === null || caret.anchor === caret.head ? null : { start: Math.min(caret.anchor, caret.head), end: Math.max(caret.anchor, caret.head) }
    },
    focus: (at) => {
      place(at)
      target.focus()
    },
    typeAhead: (keys, at) => {
      place(at)
      typeKeys(target, keys, options.onKey)
    },
    setReadOnly: ({ isReadOnly, readOnlyMessage }) => target.updateOptions({ readOnly: isReadOnly, readOnlyMessage: { value: readOnlyMessage } }),
    setKind: (kind) => {
      monaco.editor.setModelLanguage(model, languageOf(kind))
      target.updateOptions(kindOptions(kind))
    },
    setLabel: (ariaLabel) => target.updateOptions({ ariaLabel }),
    hasFocus: () => target.hasTextFocus(),
    caret: () => caretOf(target, model)?.head ?? null,
    close: () => {
      for (const part of [...parts, carets, marks]) part.dispose()
      options.history.readCaret = () => null
      options.history.showCaret = () => undefined
      options.history.showChange = () => undefined
      target.dispose()
      model.dispose()
    },
  }
}

const LOOK: editor.IStandaloneEditorConstructionOptions = {
  fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSize: 13,
  lineHeight: 20,
  fontLigatures: false,
  padding: { top: 10, bottom: 10 },
  minimap: { enabled: false },
  lineNumbers: 'off',
  glyphMargin: false,
  folding: false,
  lineDecorationsWidth: 0,
  lineNumbersMinChars: 0,
  renderLineHighlight: 'none',
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollBeyondLastLine: false,
  scrollBeyondLastColumn: 2,
  fixedOverflowWidgets: true,
  scrollbar: { vertical: 'hidden', horizontal: 'auto', horizontalScrollbarSize: 8, alwaysConsumeMouseWheel: false, handleMouseWheel: true, useShadows: false },
  stickyScroll: { enabled: false },
  guides: { indentation: false },
  tabSize: 4,
  insertSpaces: true,
  detectIndentation: false,
  trimAutoWhitespace: false,
  unusualLineTerminators: 'off',
  renderValidationDecorations: 'on',
  wordBasedSuggestions: 'currentDocument',
  quickSuggestions: { other: true, comments: false, strings: false },
  suggest: { showWords: true, preview: false },
  acceptSuggestionOnEnter: 'off',
  acceptSuggestionOnCommitCharacter: false,
  // Tab walks the page; Enter goes in.
  tabIndex: -1,
  cursorSmoothCaretAnimation: 'off',
  contextmenu: true,
  dragAndDrop: true,
  accessibilitySupport: 'auto',
}

const kindOptions = (kind: CellKind): editor.IEditorOptions => ({
  wordWrap: kind === 'markdown' ? 'on' : 'off',
  quickSuggestions: kind === 'markdown' ? false : LOOK.quickSuggestions,
  renderWhitespace: 'selection',
})

function goToLine(target: editor.IStandaloneCodeEditor, model: editor.ITextModel, line: number): void {
  const lineNumber = Math.min(Math.max(1, line), model.getLineCount())
  target.setPosition({ lineNumber, column: model.getLineFirstNonWhitespaceColumn(lineNumber) || 1 })
  target.getDomNode()?.scrollIntoView({ block: 'nearest' })
}

/** Menus and hints hang on the page's body: inside a cell they would be cut off at its edge. */
function overflowNode(): HTMLElement {
  const made = document.getElementById('editor-overflow')
  if (made !== null) return made
  const node = document.createElement('div')
  node.id = 'editor-overflow'
  node.className = 'monaco-editor'
  node.style.cssText = 'position:absolute;top:0;left:0;z-index:45'
  document.body.append(node)
  return node
}

function fitHeight(target: editor.IStandaloneCodeEditor, host: HTMLElement, onHeight: (height: number) => void): IDisposable {
  const fit = () => {
    const height = target.getContentHeight()
    host.style.height = `${height}px`
    target.layout({ width: host.clientWidth, height })
    onHeight(height)
  }
  const onSize = target.onDidContentSizeChange((event) => void (event.contentHeightChanged && fit()))
  const watcher = new ResizeObserver(() => target.layout({ width: host.clientWidth, height: target.getContentHeight() }))
  watcher.observe(host)
  fit()
  return {
    dispose: () => {
      onSize.dispose()
      watcher.disconnect()
    },
  }
}

function tellCaret(target: editor.IStandaloneCodeEditor, model: editor.ITextModel, options: EditorOptions): IDisposable {
  const tell = () => options.onCaret(target.hasTextFocus() ? caretOf(target, model) : null)
  const parts = [
    target.onDidChangeCursorSelection(tell),
    target.onDidFocusEditorText(() => {
      options.onFocus()
      tell()
    }),
    // The page itself may take the focus away while it is being changed, and nothing may change it then.
    target.onDidBlurEditorText(() => queueMicrotask(() => {
      if (target.hasTextFocus()) return
      options.onBlur()
      tell()
    })),
    target.onDidBlurEditorWidget(() => options.onLeave()),
  ]
  return { dispose: () => parts.forEach((part) => part.dispose()) }
}

function caretOf(target: editor.IStandaloneCodeEditor, model: editor.ITextModel): Caret | null {
  const selection = target.getSelection()
  if (selection === null) return null
  const anchor = model.getOffsetAt({ lineNumber: selection.selectionStartLineNumber, column: selection.selectionStartColumn })
  return { anchor, head: model.getOffsetAt(selection.getPosition()) }
}

function holdCaretForHistory(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, model: editor.ITextModel, history: TextHistory): void {
  history.readCaret = () => caretOf(target, model)
  history.showCaret = ({ anchor, head }) => {
    target.setSelection(monaco.Selection.fromPositions(model.getPositionAt(anchor), model.getPositionAt(head)))
    target.revealPosition(model.getPositionAt(head))
  }
  history.showChange = (span) => showChange(monaco, target, model, span)
}
