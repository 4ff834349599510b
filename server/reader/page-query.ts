/**
 * The SQL of a page, and of the view that a page is cut from. Sorting is made total by the row's place in the table, so that the pages of a sorted table
 * never overlap or miss a row. Long values are cut in the outermost SELECT only, after the LIMIT.
 */
import { CELL_TEXT_MAX, PAGE_MAX, WHOLE_VALUE_MAX, type ColumnSpan, type PageRequest, type ResultColumn, type RowOrder } from '#lib/domain/result.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { shownColumn } from './cut-values.ts'
import { filterClause, findColumn, quote, type Clause, type QueryRefusal } from './filter-clause.ts'

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
    rows: { sql: `SELECT ${wanted.map((column) => shownColumn(column, longest(request))).join(', ')} FROM (${view.value.rows.sql})`, values: view.value.rows.values },
    count: view.value.count,
  })
}

/** Of one value. */
export const longest = ({ isWhole = false, limit, columns }: PageRequest): number => (isWhole && limit === 1 && columns?.count === 1 ? WHOLE_VALUE_MAX : CELL_TEXT_MAX)

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
