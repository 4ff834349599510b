/**
 * Bind text: one Monaco model and one Y.Text kept letter for letter the same.
 * Local edits go into one transaction under `origin`; what comes from elsewhere (other people, undo) goes into the
 * model as ONE applyEdits, so that carets stay where they were and nothing is echoed back. If the two ever differ in
 * length (a broken surrogate pair, a byte-order mark), the shared text wins.
 */
import type { editor } from 'monaco-editor/editor'
import type { IDisposable, MonacoApi } from './load-monaco.ts'
import type * as Y from 'yjs'

type Delta = Y.YTextEvent['delta']

export function bindText(monaco: MonacoApi, model: editor.ITextModel, text: Y.Text, origin: object): IDisposable {
  let isRemote = false
  const asRemote = (change: () => void) => {
    isRemote = true
    try {
      change()
    } finally {
      isRemote = false
    }
  }
  const heal = () => {
    if (model.getValueLength() !== text.length) asRemote(() => model.setValue(text.toString()))
  }

  const onShared = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === origin) return
    asRemote(() => model.applyEdits(editsFrom(monaco, model, event.delta)))
    heal()
  }
  const onLocal = (event: editor.IModelContentChangedEvent) => {
    if (isRemote) return
    text.doc?.transact(() => writeChanges(text, event), origin)
  }

  model.setEOL(monaco.editor.EndOfLineSequence.LF)
  if (model.getValue() !== text.toString()) model.setValue(text.toString())
  text.observe(onShared)
  const local = model.onDidChangeContent(onLocal)
  return {
    dispose: () => {
      text.unobserve(onShared)
      local.dispose()
    },
  }
}

/** Monaco gives the changes of one event in old offsets; from the end on, none shifts another. */
function writeChanges(text: Y.Text, { changes }: editor.IModelContentChangedEvent): void {
  for (const change of [...changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) {
    if (change.rangeLength > 0) text.delete(change.rangeOffset, change.rangeLength)
    if (change.text !== '') text.insert(change.rangeOffset, change.text.replace(/\r\n?/g, '\n'))
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
