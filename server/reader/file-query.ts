/** The SQL of a file: for Parquet the rows themselves, for CSV and Excel one text per row, made by DuckDB and only passed on. */
import { columnKind, type ResultColumn } from '#lib/domain/result.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { csvCell, sheetCell } from './cell-text.ts'
import { findColumn, type Clause, type QueryRefusal } from './filter-clause.ts'
import { viewQuery } from './page-query.ts'
import { quote } from './quote.ts'

export interface FileQuery {
  rows: Clause
  count: Clause
  columns: ResultColumn[]
}

export function fileQuery(table: string, columns: readonly ResultColumn[], request: FileRequest): Outcome<FileQuery, QueryRefusal> {
  const wanted: ResultColumn[] = []
  for (const name of request.columns ?? columns.map((column) => column.name)) {
    const column = findColumn(columns, name)
    if (!column.ok) return column
    wanted.push(column.value)
  }
  const view = viewQuery(table, columns, request, wanted)
  if (!view.ok) return view
  const { rows, count } = view.value
  return accept({ rows: { sql: `SELECT ${written(request, wanted)} FROM (${rows.sql})`, values: rows.values }, count, columns: wanted })
}

function written({ format }: FileRequest, columns: readonly ResultColumn[]): string {
  if (format === 'parquet') return columns.map((column) => quote(column.name)).join(', ')
  if (format === 'xlsx') return `concat('<row>', ${columns.map(sheetCell).join(', ')}, '</row>')`
  // A line of nothing is no row to most readers: a single null is written as an empty text.
  const [only] = columns
  return columns.length === 1 && only !== undefined ? csvCell(only, '""') : `concat_ws(',', ${columns.map((column) => csvCell(column)).join(', ')})`
}

/** The names on top, guarded like every other text. */
export const csvHead = (columns: readonly ResultColumn[]): string => columns.map(({ name }) => `"${guarded(name).replaceAll('"', '""')}"`).join(',')

export const guarded = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

/** How wide a column of the sheet is, in letters. */
export const sheetWidth = ({ name, type }: ResultColumn): number => {
  const kind = columnKind(type)
  return Math.min(40, Math.max(name.length + 2, kind === 'timestamp' ? 24 : kind === 'text' || kind === 'nested' ? 18 : 12))
}
