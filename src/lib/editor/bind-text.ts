/**
 * Bind text: one Monaco model and one Y.Text kept letter for letter the same.
 * Local edits go into one transaction under `origin`; what comes from elsewhere (other people, undo) goes into the
 * model as ONE applyEdits, so that carets stay where they were and nothing is echoed back. If the two ever differ in
 * length (a broken surrogate pair, a byte-order mark), the shared text wins.
 */
import { plainSource } from '#lib/document/plain-source.ts'
import type { editor } from 'monaco-editor/editor'
import type { IDisposable, MonacoApi } from './load-monaco.ts'
import type * as Y from 'yjs'

type Delta = Y.YTextEvent['delta']

export function bindText(monaco: MonacoApi, model: editor.ITextModel, text: Y.Text, origin: object): IDisposable {
  let isRemote = false
  let isOver = false
  const asRemote = (change: () => void) => {
    isRemote = true
    try {
      change()
    } finally {
      isRemote = false
    }
  }
  /** As an editor holds it. */
  const held = () => text.toString().replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const heal = () => {
    if (model.getValueLength() === text.length) return
    const wanted = held()
    if (model.getValue() !== wanted) asRemote(() => model.applyEdits(editsTo(monaco, model, wanted)))
  }

  const onShared = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === origin) return
    asRemote(() => model.applyEdits(editsFrom(monaco, model, event.delta)))
    heal()
  }
  const onLocal = (event: editor.IModelContentChangedEvent) => {
    if (isRemote) return
    text.doc?.transact(() => {
      cleanse(text, model.getValueLength() - growthOf(event))
      writeChanges(text, event)
    }, origin)
    // The model has what was pasted as it was; it cannot be changed while it tells of a change, and may be gone behind it.
    queueMicrotask(() => isOver || heal())
  }

  if (model.getValue() !== held()) model.setValue(held())
  // Behind it, for a new value brings the line ends of its own or of the system.
  model.setEOL(monaco.editor.EndOfLineSequence.LF)
  text.observe(onShared)
  const local = model.onDidChangeContent(onLocal)
  return {
    dispose: () => {
      isOver = true
      text.unobserve(onShared)
      local.dispose()
    },
  }
}

const growthOf = ({ changes }: editor.IModelContentChangedEvent): number => changes.reduce((sum, { text, rangeLength }) => sum + text.replace(/\r\n?/g, '\n').length - rangeLength, 0)

/** What another program wrote and no editor keeps would put every letter one place off; who writes here takes it out. `length` is what the model had. */
function cleanse(text: Y.Text, length: number): void {
  if (text.length === length) return
  const written = text.toString()
  // Something that is no text is in it, put there by a client of its own making: places would not match.
  if (written.length !== text.length) return
  for (let at = written.length - 1; at >= 0; at -= 1) {
    const isMark = at === 0 && written[at] === '\uFEFF'
    if (isMark || (written[at] === '\r' && written[at + 1] === '\n')) text.delete(at, 1)
  }
}

/** What lies between the same begin and the same end, so that a caret behind it keeps its place. */
function editsTo(monaco: MonacoApi, model: editor.ITextModel, wanted: string): editor.IIdentifiedSingleEditOperation[] {
  const had = model.getValue()
  const shorter = Math.min(had.length, wanted.length)
  let [begin, end] = [0, 0]
  while (begin < shorter && had[begin] === wanted[begin]) begin += 1
  while (end < shorter - begin && had.at(-1 - end) === wanted.at(-1 - end)) end += 1
  return [{ range: monaco.Range.fromPositions(model.getPositionAt(begin), model.getPositionAt(had.length - end)), text: wanted.slice(begin, wanted.length - end) }]
}

/** Monaco gives the changes of one event in old offsets; from the end on, none shifts another. */
function writeChanges(text: Y.Text, { changes }: editor.IModelContentChangedEvent): void {
  for (const change of [...changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) {
    if (change.rangeLength > 0) text.delete(change.rangeOffset, change.rangeLength)
    if (change.text !== '') text.insert(change.rangeOffset, plainSource(change.text))
  }
}

/** A delta walks the old text; Monaco wants all edits in old positions too. */
export function editsFrom(monaco: Pick<MonacoApi, 'Range'>, model: Pick<editor.ITextModel, 'getPositionAt'>, delta: Delta): editor.IIdentifiedSingleEditOperation[] {
  const edits: editor.IIdentifiedSingleEditOperation[] = []
  let at = 0
  const replace = (length: number, text: string) => {
    edits.push({ range: monaco.Range.fromPositions(model.getPositionAt(at), model.getPositionAt(at + length)), text })
    at += length
  }
  for (const step of delta) {
    if (step.retain !== undefined) at += step.retain
    else if (step.delete !== undefined) replace(step.delete, '')
    else if (typeof step.insert === 'string') replace(0, step.insert)
  }
  return edits
}
