/** The SQL of a search: which rows of a view hold a text in any column, in the order of the view, and how many there are. */
import type { ResultColumn } from '#lib/domain/result.ts'
import type { FindRequest } from '#lib/domain/find-rows.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { plainText } from './cell-text.ts'
import { filterClause, type Clause, type QueryRefusal } from './filter-clause.ts'
import { orderBy } from './page-query.ts'
import { quote } from './quote.ts'

const MANY_COLUMNS = 200

export interface FindQuery {
  hits: Clause
  /** The same for every part of one search, so its text is the key of a cache. */
  count: Clause
}

export function findQuery(table: string, columns: readonly ResultColumn[], request: FindRequest): Outcome<FindQuery, QueryRefusal> {
  const where = filterClause(columns, request.filter)
  if (!where.ok) return where
  const order = orderBy(columns, request.sort)
  if (!order.ok) return order
  const values = [...where.value.values, request.text]
  const tests = columns.map((column) => `contains(lower(${plainText(column)}), lower($${values.length}))`)
  const isHit = anyOf(tests)
  // The names of the table stay out of the outer queries, so ours cannot meet them.
  const columnsHit = `list_filter([${tests.map((test, at) => `CASE WHEN ${test} THEN ${at} END`).join(', ')}], lambda one: one IS NOT NULL)`
  // Of many columns each is tested once: the planning of the query takes longer there than the rows.
  const holding = columns.length > MANY_COLUMNS ? `nullif(${columnsHit}, [])` : `CASE WHEN ${isHit} THEN ${columnsHit} END`
  const keys = request.sort.map(({ column }, at) => `, ${quote(column)} AS k${at}`).join('')
  const placed = `SELECT row_number() OVER () - 1 AS place, ${holding} AS holding${keys} FROM ${table}${where.value.sql}`
  const sorted = request.sort.length === 0
    ? `SELECT place AS pos, holding FROM (${placed})`
    : `SELECT row_number() OVER (ORDER BY ${request.sort.map(({ direction }, at) => `k${at} ${direction === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`).join(', ')}, place) - 1 AS pos, holding FROM (${placed})`
  const isCounted = where.value.sql === '' ? ` WHERE ${isHit}` : `${where.value.sql} AND ${isHit}`
  return accept({
    hits: { sql: `SELECT pos, holding FROM (${sorted}) WHERE holding IS NOT NULL ORDER BY pos LIMIT ${Math.trunc(request.limit)} OFFSET ${Math.trunc(request.offset)}`, values },
    count: { sql: `SELECT count(*) FROM ${table}${isCounted}`, values },
  })
}

/** Halves of halves: ten thousand tests in a row are deeper than an expression of DuckDB may be. */
export function anyOf(tests: readonly string[]): string {
  if (tests.length <= 2) return tests.length === 0 ? 'false' : `(${tests.join(' OR ')})`
  const half = tests.length >> 1
  return `(${anyOf(tests.slice(0, half))} OR ${anyOf(tests.slice(half))})`
}
