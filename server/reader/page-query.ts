/**
 * The SQL of a page, and of the view that a page is cut from. Sorting is made total by the row's place in the table, so that the pages of a sorted table
 * never overlap or miss a row. Long values are cut in the outermost SELECT only, after the LIMIT.
 */
import { CELL_TEXT_MAX, PAGE_MAX, WHOLE_VALUE_MAX, type ColumnSpan, type PageRequest, type ResultColumn, type RowOrder } from '#lib/domain/result.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { shownColumn } from './cut-values.ts'
import { filterClause, findColumn, type Clause, type QueryRefusal } from './filter-clause.ts'
import { quote } from './quote.ts'

const PAGE_LETTERS = 2 ** 25
const CELL_TEXT_LEAST = 200

export interface PageQuery {
  rows: Clause
  /** How many rows match; the same for every page of one filter, so its text is the key of a cache. */
  count: Clause
}

/** `table` is a name of our own, already fit for SQL. */
export function pageQuery(table: string, columns: readonly ResultColumn[], request: PageRequest): Outcome<PageQuery, QueryRefusal> {
  const wanted = columnsOf(columns, request.columns)
  const view = viewQuery(table, columns, request, wanted, ` LIMIT ${whole(request.limit, PAGE_MAX)} OFFSET ${whole(request.offset, Number.MAX_SAFE_INTEGER)}`)
  if (!view.ok) return view
  return accept({
    rows: { sql: `SELECT ${wanted.map((column) => shownColumn(column, longest(request, wanted.length))).join(', ')} FROM (${view.value.rows.sql})`, values: view.value.rows.values },
    count: view.value.count,
  })
}

/** Letters of one value. A page of many long texts is cut shorter, so that no page is more than the web process can hold and pass on in a moment. */
export function longest({ isWhole = false, limit, columns }: PageRequest, width: number): number {
  if (isWhole && limit === 1 && columns?.count === 1) return WHOLE_VALUE_MAX
  return Math.min(CELL_TEXT_MAX, Math.max(CELL_TEXT_LEAST, Math.floor(PAGE_LETTERS / Math.max(1, limit * width))))
}

/** The columns of a span that are there. */
export const columnsOf = (columns: readonly ResultColumn[], span: ColumnSpan | undefined): readonly ResultColumn[] =>
  span === undefined ? columns : columns.slice(span.first, span.first + span.count)

/** The rows of a view in its order, uncut; of the columns at least those that are wanted. */
export function viewQuery(table: string, columns: readonly ResultColumn[], { sort, filter }: RowOrder, wanted: readonly ResultColumn[], limit = ''): Outcome<PageQuery, QueryRefusal> {
  const where = filterClause(columns, filter)
  if (!where.ok) return where
  const order = orderBy(columns, sort)
  if (!order.ok) return order
  const { sql, values } = where.value
  const place = quote(placeName(columns))
  const names = [...new Set([...wanted.map((column) => column.name), ...sort.map((one) => one.column)])].map(quote).join(', ')
  const rows = order.value === ''
    ? `SELECT ${names} FROM ${table}${sql}${limit}`
    : `SELECT * FROM (SELECT ${names}, row_number() OVER () AS ${place} FROM ${table}${sql}) ORDER BY ${order.value}, ${place}${limit}`
  return accept({ rows: { sql: rows, values }, count: { sql: `SELECT count(*) FROM ${table}${sql}`, values } })
}

export function orderBy(columns: readonly ResultColumn[], sort: PageRequest['sort']): Outcome<string, 'column-missing'> {
  const terms: string[] = []
  for (const { column: name, direction } of sort) {
    const column = findColumn(columns, name)
    if (!column.ok) return column
    terms.push(`${quote(name)} ${direction === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`)
  }
  return accept(terms.join(', '))
}

/** A column name that the table does not have. DuckDB's names ignore case. */
export function placeName(columns: readonly ResultColumn[]): string {
  const taken = new Set(columns.map((column) => column.name.toLowerCase()))
  let name = 'place'
  while (taken.has(name)) name += '_'
  return name
}

const whole = (value: number, max: number): number => Math.min(Math.max(0, Math.trunc(value)), max)
