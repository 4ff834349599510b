/**
 * Code help: completion, signatures and hover in cells, from whoever knows: the notebook's kernel for Python, its
 * catalog for SQL. Monaco has one provider per language for all editors, so each model is known by its helper here.
 *
 * Nothing is asked while somebody types in a text or a comment; an answer that comes after the next letter is dropped
 * (Monaco's token, handed on as a signal); who does not answer costs nothing: the words of the cell are offered still.
 */
import type { editor } from 'monaco-editor/editor'
import type { Catalog, Completions, Inspection } from '#lib/domain/kernel-question.ts'
import type { MonacoApi } from './load-monaco.ts'
import { addPythonHelp } from './python-help.ts'
import { addSqlHelp } from './sql-help.ts'

export interface CodeHelp {
  complete(code: string, cursor: number, signal: AbortSignal): Promise<Completions | null>
  inspect(code: string, cursor: number, signal: AbortSignal): Promise<Inspection | null>
  catalog(signal: AbortSignal): Promise<Catalog | null>
}

/** Null while the person may not ask. */
export type FindHelp = () => CodeHelp | null
export type HelpOf = (model: editor.ITextModel) => CodeHelp | null

const helpers = new WeakMap<editor.ITextModel, FindHelp>()

export const giveHelp = (model: editor.ITextModel, find: FindHelp): void => void helpers.set(model, find)

export function addCodeHelp(monaco: MonacoApi): void {
  const helpOf: HelpOf = (model) => helpers.get(model)?.() ?? null
  addPythonHelp(monaco, helpOf)
  addSqlHelp(monaco, helpOf)
}
