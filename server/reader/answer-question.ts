/** Answers one question with DuckDB: builds the SQL, runs it on the attached table, and shapes the rows for JSON. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { type ChartData, type ChartEncoding } from '#lib/domain/chart.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { AttachedTables } from './attached-tables.ts'
import { chartPlan, type Range } from './chart-query.ts'
import { readRows } from './engine.ts'
import type { QueryRefusal } from './filter-clause.ts'
import { pageQuery } from './page-query.ts'
import type { TableRef } from './reader.ts'

export function readPage(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, request: PageRequest): Promise<Outcome<Page, QueryRefusal>> {
  return tables.withTable(connection, table, async (name, count): Promise<Outcome<Page, QueryRefusal>> => {
    const query = pageQuery(name, table.columns, request)
    if (!query.ok) return query
    const total = await count(query.value.count.sql, query.value.count.values)
    const rows = total === 0 ? [] : await readRows(connection, query.value.rows.sql, query.value.rows.values)
    return accept({ columns: table.columns, rows, offset: request.offset, total })
  })
}

export function readChart(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, encoding: ChartEncoding): Promise<Outcome<ChartData, QueryRefusal>> {
  return tables.withTable(connection, table, async (name): Promise<Outcome<ChartData, QueryRefusal>> => {
    const plan = chartPlan(name, table.columns, encoding)
    if (!plan.ok) return plan
    const { range, query, xType } = plan.value
    const { sql, limit, bin } = query(range === null ? null : await readRange(connection, range))
    const rows = await readRows(connection, sql)
    const truncated = rows.length > limit
    const kept = truncated ? (encoding.aggregate === 'none' ? rows.toSpliced(rows.length >> 1, 1) : rows.slice(0, limit)) : rows
    const hasColor = encoding.color !== null
    return accept({ rows: kept.map(([x, y, color]) => ({ x, y: finite(y), ...(hasColor ? { color } : {}) })), xType, bin, truncated })
  })
}

async function readRange(connection: DuckDBConnection, sql: string): Promise<Range | null> {
  const [row] = await readRows(connection, sql)
  if (row === undefined || row[0] === null) return null
  return { least: Number(row[0]), greatest: Number(row[1]), different: Number(row[2]) }
}

/** NaN and the infinities have no place on an axis. */
const finite = (value: unknown): unknown => (typeof value === 'number' ? value : null)
