/** SQL in cells: tables, columns, views and aliases, from the catalog that the notebook's Spark session knows, or else the workspace's tables. */
import type { languages } from 'monaco-editor/editor'
import type { Catalog } from '#lib/domain/kernel-question.ts'
import { askInTime } from './ask-in-time.ts'
import type { HelpOf } from './code-help.ts'
import type { MonacoApi } from './load-monaco.ts'
import { sqlNames, type SqlNameKind } from './sql-names.ts'

const NOTHING: Catalog = { tables: [], isComplete: true }

export function addSqlHelp(monaco: MonacoApi, helpOf: HelpOf): void {
  const kinds = monaco.languages.CompletionItemKind
  const KINDS: Record<SqlNameKind, languages.CompletionItemKind> = { column: kinds.Field, table: kinds.Struct, view: kinds.Interface, schema: kinds.Module, alias: kinds.Variable, keyword: kinds.Keyword }
  monaco.languages.registerCompletionItemProvider('sql', {
    triggerCharacters: ['.'],
    async provideCompletionItems(model, position, _context, token) {
      const help = helpOf(model)
      const offset = model.getOffsetAt(position)
      if (help === null || sqlNames(model.getValue(), offset, NOTHING) === null) return null
      const catalog = (await askInTime(token, (signal) => help.catalog(signal))) ?? NOTHING
      const found = token.isCancellationRequested ? null : sqlNames(model.getValue(), offset, catalog)
      if (found === null || found.items.length === 0) return null
      const from = model.getPositionAt(found.start)
      const range = { insert: monaco.Range.fromPositions(from, position), replace: monaco.Range.fromPositions(from, model.getPositionAt(found.end)) }
      return {
        incomplete: !catalog.isComplete,
        suggestions: found.items.map(({ text, kind, detail }, at) => ({
          label: detail === '' ? text : { label: text, description: detail }, insertText: text, kind: KINDS[kind], range, sortText: String(at).padStart(4, '0'),
        })),
      }
    },
  })
}
