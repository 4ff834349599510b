/** Answers one question with DuckDB: builds the SQL, runs it on the attached table, and shapes the rows for JSON. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { AttachedTables } from './attached-tables.ts'
import { cutNested } from './cut-values.ts'
import { readRows } from './engine.ts'
import { findColumn, type QueryRefusal } from './filter-clause.ts'
import { findQuery } from './find-query.ts'
import { columnsOf, longest, pageQuery } from './page-query.ts'
import type { TableRef } from './reader.ts'
import { barsQuery, figuresQuery, readBars, readFigures } from './summary-query.ts'

export function readPage(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, request: PageRequest): Promise<Outcome<Page, QueryRefusal>> {
  return tables.withTable(connection, table, async (name, count): Promise<Outcome<Page, QueryRefusal>> => {
    const query = pageQuery(name, table.columns, request)
    if (!query.ok) return query
    const read = () => readRows(connection, query.value.rows.sql, query.value.rows.values)
    const early = isWithin(table, request) ? await read() : null
    const total = early?.length === request.limit && table.rows !== undefined ? table.rows : await count(query.value.count.sql, query.value.count.values)
    const rows = early ?? (total === 0 ? [] : await read())
    const columns = columnsOf(table.columns, request.columns)
    cutNested(rows, columns, longest(request, columns.length))
    return accept({ columns: [...columns], rows, offset: request.offset, total })
  })
}

/** To count the rows each file is opened, which of a thousand takes seconds. What the log says is gone by while a page is full and not the last; at the end it is counted. */
const isWithin = ({ rows }: TableRef, { offset, limit, filter }: PageRequest): boolean => rows !== undefined && filter.length === 0 && offset + limit < rows

export function readFound(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, request: FindRequest): Promise<Outcome<FoundRows, QueryRefusal>> {
  return tables.withTable(connection, table, async (name, count): Promise<Outcome<FoundRows, QueryRefusal>> => {
    const query = findQuery(name, table.columns, request)
    if (!query.ok) return query
    const total = await count(query.value.count.sql, query.value.count.values)
    const rows = total <= request.offset ? [] : await readRows(connection, query.value.hits.sql, query.value.hits.values)
    return accept({ total, hits: rows.map(([row, columns]) => ({ row: Number(row), columns: (columns as unknown[]).map(Number) })) })
  })
}

const SUMMARIES_KEPT = 500

/** Columns that were asked before are not read again. */
export function readSummaries(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, names: readonly string[]): Promise<Outcome<ColumnSummary[], QueryRefusal>> {
  return tables.withTable(connection, table, async (name, count, known): Promise<Outcome<ColumnSummary[], QueryRefusal>> => {
    const columns = names.map((one) => findColumn(table.columns, one))
    const missing = columns.find((column) => !column.ok)
    if (missing !== undefined && !missing.ok) return missing
    const fresh = columns.flatMap((column) => (column.ok && !known.has(column.value.name) ? [column.value] : []))
    if (fresh.length > 0) {
      const total = await count(`SELECT count(*) FROM ${name}`, [])
      const [figures = []] = await readRows(connection, figuresQuery(name, fresh, total))
      const drafts = readFigures(fresh, total, figures)
      const sql = barsQuery(name, drafts)
      for (const summary of readBars(drafts, sql === null ? [] : await readRows(connection, sql))) known.set(summary.column, summary)
    }
    const found = names.flatMap((one) => known.get(one) ?? [])
    while (known.size > SUMMARIES_KEPT) known.delete(known.keys().next().value ?? '')
    return accept(found)
  })
}
