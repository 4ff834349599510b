/**
 * Remote carets: where others are in this cell: a coloured selection and a caret with their name, which fades two
 * seconds after they last moved. Places are Yjs relative positions, so they stay right while anybody types.
 */
import type { editor } from 'monaco-editor/editor'
import type * as Y from 'yjs'
import { findPosition } from '#lib/document/text-anchor.ts'
import { inkOn } from '#lib/domain/ink-on.ts'
import type { IDisposable, MonacoApi } from './load-monaco.ts'

export interface RemoteCaret {
  clientId: number
  name: string
  color: string
  /** Y.RelativePosition as JSON. */
  anchor: unknown
  head: unknown
}

const REST_MS = 2000

export interface RemoteCarets extends IDisposable {
  /** Costs nothing as long as it is the same list. */
  show(carets: readonly RemoteCaret[]): void
}

export function remoteCarets(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, text: Y.Text): RemoteCarets {
  let shown: readonly RemoteCaret[] = []
  const bars = new Map<number, CaretBar>()
  const selections = target.createDecorationsCollection()

  const draw = () => {
    const model = target.getModel()
    if (model === null) return
    const decorations: editor.IModelDeltaDecoration[] = []
    const here = new Set<number>()
    for (const caret of shown) {
      const anchor = findPosition(text, caret.anchor)
      const head = findPosition(text, caret.head)
      if (anchor === null || head === null) continue
      here.add(caret.clientId)
      const bar = bars.get(caret.clientId) ?? addBar(caret)
      bar.move(model.getPositionAt(head), caret)
      if (anchor === head) continue
      const range = monaco.Range.fromPositions(model.getPositionAt(Math.min(anchor, head)), model.getPositionAt(Math.max(anchor, head)))
      decorations.push({ range, options: { className: selectionClass(caret.color), stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges } })
    }
    selections.set(decorations)
    for (const [clientId, bar] of bars) if (!here.has(clientId)) removeBar(clientId, bar)
  }
  const addBar = (caret: RemoteCaret) => {
    const bar = new CaretBar(monaco, target, caret)
    bars.set(caret.clientId, bar)
    return bar
  }
  const removeBar = (clientId: number, bar: CaretBar) => {
    bar.dispose()
    bars.delete(clientId)
  }

  const onContent = target.onDidChangeModelContent(draw)
  return {
    show: (carets) => {
      if (isSameList(carets, shown)) return
      shown = carets
      draw()
    },
    dispose: () => {
      onContent.dispose()
      selections.clear()
      for (const [clientId, bar] of bars) removeBar(clientId, bar)
    },
  }
}

const PARTS = ['clientId', 'name', 'color', 'anchor', 'head'] as const

const isSameList = (a: readonly RemoteCaret[], b: readonly RemoteCaret[]): boolean =>
  a.length === b.length && a.every((caret, at) => PARTS.every((part) => caret[part] === b[at]?.[part]))

class CaretBar implements IDisposable {
  readonly #monaco: MonacoApi
  readonly #target: editor.IStandaloneCodeEditor
  readonly #node = document.createElement('div')
  readonly #widget: editor.IContentWidget
  #place: { lineNumber: number; column: number } | null = null
  #head = ''
  #rest: ReturnType<typeof setTimeout> | null = null

  constructor(monaco: MonacoApi, target: editor.IStandaloneCodeEditor, { clientId }: RemoteCaret) {
    this.#monaco = monaco
    this.#target = target
    this.#node.className = 'remote-caret'
    this.#node.dataset.clientId = String(clientId)
    this.#node.append(document.createElement('span'))
    this.#widget = {
      getId: () => `remote-caret-${clientId}`,
      getDomNode: () => this.#node,
      getPosition: () => this.#place && { position: this.#place, preference: [this.#monaco.editor.ContentWidgetPositionPreference.EXACT] },
    }
    target.addContentWidget(this.#widget)
  }

  move(place: { lineNumber: number; column: number }, caret: RemoteCaret): void {
    this.#place = place
    this.#node.style.setProperty('--person', caret.color)
    this.#node.style.setProperty('--person-ink', inkOn(caret.color))
    const isOnlyLine = this.#target.getModel()?.getLineCount() === 1
    this.#node.classList.toggle('on-first-line', place.lineNumber === 1 && !isOnlyLine)
    this.#node.classList.toggle('on-only-line', isOnlyLine)
    const label = this.#node.firstElementChild
    if (label !== null && label.textContent !== caret.name) label.textContent = caret.name
    this.#target.layoutContentWidget(this.#widget)
    const head = JSON.stringify(caret.head)
    if (head !== this.#head) this.#wake()
    this.#head = head
  }

  #wake(): void {
    this.#node.classList.remove('is-resting')
    if (this.#rest !== null) clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#node.classList.add('is-resting'), REST_MS)
  }

  dispose(): void {
    if (this.#rest !== null) clearTimeout(this.#rest)
    this.#target.removeContentWidget(this.#widget)
  }
}

const madeClasses = new Set<string>()

/** A decoration takes a class, not a style: one rule per colour is made when it is first needed. */
function selectionClass(color: string): string {
  const safe = /^#[0-9a-f]{6}$/i.test(color) ? color : '#0b6175'
  const name = `remote-selection-${safe.slice(1).toLowerCase()}`
  if (!madeClasses.has(name)) {
    const sheet = new CSSStyleSheet()
    sheet.insertRule(`.${name} { background: ${safe}40; border-radius: 2px; }`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    madeClasses.add(name)
  }
  return name
}
