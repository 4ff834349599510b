/** Python in cells: completion, call signatures and hover from the living objects of the notebook's kernel. */
import type { IMarkdownString, languages } from 'monaco-editor/editor'
import type { Completion, Inspection } from '#lib/domain/kernel-question.ts'
import { askInTime } from './ask-in-time.ts'
import { listenForAsking, wasAskedByKey } from './asked-by-key.ts'
import { callAt, parameterAt, placeAfter, readSignature } from './call-at.ts'
import type { HelpOf } from './code-help.ts'
import type { MonacoApi } from './load-monaco.ts'

const DOC_LINES = 40

export function addPythonHelp(monaco: MonacoApi, helpOf: HelpOf): void {
  listenForAsking()
  monaco.languages.registerCompletionItemProvider('python', {
    triggerCharacters: ['.'],
    async provideCompletionItems(model, position, context, token) {
      const help = helpOf(model)
      const offset = model.getOffsetAt(position)
      const code = model.getValue()
      const place = placeAfter(code.slice(0, offset))
      // In a text only when asked for by key: that is how a path or a column's name is completed.
      const isAsked = context.triggerKind === monaco.languages.CompletionTriggerKind.Invoke && wasAskedByKey()
      if (help === null || place === 'comment' || (place === 'string' && !isAsked)) return null
      const found = await askInTime(token, (signal) => help.complete(code, offset, signal))
      if (found === null || found.items.length === 0 || found.start > offset) return null
      const from = model.getPositionAt(found.start)
      if (from.lineNumber !== position.lineNumber) return null
      const range = monaco.Range.fromPositions(from, position)
      const typed = code.slice(found.start, offset)
      const items = found.items.filter(({ text }) => text !== typed && (typed.startsWith('%') || !text.startsWith('%')))
      return { suggestions: items.map((item, at) => suggestion(monaco, item, at, range)) }
    },
  })

  monaco.languages.registerSignatureHelpProvider('python', {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [',', '=', ')'],
    async provideSignatureHelp(model, position, token) {
      const help = helpOf(model)
      const code = model.getValue()
      const call = callAt(code, model.getOffsetAt(position))
      if (help === null || call === null) return null
      const found = await askInTime(token, (signal) => help.inspect(code.slice(0, call.calleeEnd), call.calleeEnd, signal))
      if (found === null || found.signature === null) return null
      const signature = readSignature(found.signature)
      const parameters = signature.parameters.map(({ start, end }) => ({ label: [start, end] as [number, number] }))
      const value = { signatures: [{ label: signature.label, parameters, ...(found.doc === null ? {} : { documentation: docOf(found, 6)! }) }], activeSignature: 0, activeParameter: parameterAt(signature, call) }
      return { value, dispose: () => {} }
    },
  })

  monaco.languages.registerHoverProvider('python', {
    async provideHover(model, position, token) {
      const help = helpOf(model)
      const word = model.getWordAtPosition(position)
      if (help === null || word === null || /^\d/.test(word.word) || placeAfter(model.getValue().slice(0, model.getOffsetAt(position))) !== 'code') return null
      const end = model.getOffsetAt({ lineNumber: position.lineNumber, column: word.endColumn })
      const found = await askInTime(token, (signal) => help.inspect(model.getValue(), end, signal))
      if (found === null) return null
      const head = found.signature ?? (found.type === null ? null : `${word.word}: ${found.type}`)
      const contents = [head === null ? null : fenced('python', head), docOf(found, DOC_LINES)].filter((part) => part !== null)
      return { contents, range: new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn) }
    },
  })
}

function suggestion(monaco: MonacoApi, { text, type, signature }: Completion, at: number, range: languages.CompletionItem['range']): languages.CompletionItem {
  const kinds = monaco.languages.CompletionItemKind
  const KINDS: Record<string, languages.CompletionItemKind> = {
    function: kinds.Function, method: kinds.Method, class: kinds.Class, module: kinds.Module, instance: kinds.Variable, variable: kinds.Variable, statement: kinds.Variable,
    attribute: kinds.Field, property: kinds.Property, param: kinds.TypeParameter, keyword: kinds.Keyword, magic: kinds.Event, path: kinds.File, 'dict key': kinds.Constant,
  }
  const isPrivate = text.startsWith('_')
  return {
    label: signature === '' ? text : { label: text, detail: signature.slice(0, 60) }, insertText: text, range,
    kind: KINDS[type] ?? (text.endsWith('=') ? kinds.TypeParameter : kinds.Text),
    sortText: `${isPrivate ? 1 : 0}${String(at).padStart(4, '0')}`,
  }
}

/** Documentation is somebody's text: shown as it is, never read as Markdown. */
function docOf({ doc }: Inspection, lines: number): IMarkdownString | null {
  if (doc === null) return null
  const all = doc.split('\n')
  return fenced('text', all.length > lines ? [...all.slice(0, lines), '…'].join('\n') : doc)
}

function fenced(language: string, text: string): IMarkdownString {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return { value: `${fence}${language}\n${text}\n${fence}` }
}
