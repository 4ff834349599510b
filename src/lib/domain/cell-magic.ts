/**
 * Cell magic: what a first line such as `%%sql`, `%sql` or `%md` makes of a cell of code, as Jupyter and Databricks write it.
 * Other magics are the kernel's and stay in the text. Pure.
 */
import type { CellKind } from './cell.ts'

const KIND_OF = new Map<string, CellKind>([['sql', 'sql'], ['md', 'markdown'], ['markdown', 'markdown'], ['python', 'python'], ['python3', 'python'], ['py', 'python']])
const MAGIC = /^\s*%%?([a-z0-9]+)(?:-sandbox)?[ \t]*(?:\n|$)/i
/** With its text behind it: in Databricks all of the cell, to IPython that line alone. */
const INLINE = /^\s*%(sql|md)(?:-sandbox)?[ \t]+(?=\S)/i
/** Of the SQL magic for Jupyter: a connection, or a name for the result. */
const NO_QUERY = /^\s*%sql[^\n]*(?::\/\/|<<)/i

/** The kind of a language in small letters, where there is one here. */
export const kindOfLanguage = (language: string): CellKind | undefined => KIND_OF.get(language)

/** `language`: of the cell or of its notebook, in small letters. */
export function codeCell(source: string, language: string, isDatabricks: boolean): { kind: CellKind; source: string } {
  const [whole = '', name = ''] = MAGIC.exec(source) ?? (isDatabricks || isOneQuery(source) ? INLINE.exec(source) : null) ?? []
  const kind = KIND_OF.get(name.toLowerCase())
  if (kind !== undefined) return { kind, source: source.slice(whole.length) }
  return { kind: KIND_OF.get(language) ?? 'python', source }
}

const isOneQuery = (source: string): boolean => !source.trim().includes('\n') && !NO_QUERY.test(source)
