/**
 * Compares two tables, in the reader process, over all of their rows, and writes the rows that differ to a file. `shouldStop` is
 * asked between the questions: an interrupt reaches DuckDB only while it works. The file is whole or not there.
 */
import { rm, stat } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { differenceColumns, type DifferenceColumn } from '#lib/domain/compare-difference.ts'
import { compareSchemas, sharedColumns } from '#lib/domain/compare-schema.ts'
import { DIFFERING_ROWS_MAX, DIFFERING_VALUES_MAX, type ComparisonSummary } from '#lib/domain/comparison.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import type { AttachedTables } from './attached-tables.ts'
import { guessKey, readDrift, type Tables } from './compare-facts.ts'
import { countedQuery, countsQuery, differenceQuery, pairedQuery, repeatedQuery, type Compared } from './compare-query.ts'
import { literal, readNumber, readRows } from './engine.ts'
import type { TableRef } from './reader.ts'

export interface CompareRequest {
  before: TableRef
  after: TableRef
  /** Null: to be guessed; no column: rows as wholes. */
  key: string[] | null
}

export interface WrittenComparison {
  summary: ComparisonSummary
  tableColumns: ResultColumn[]
  bytes: number
}

const GROUP_ROWS = 20_480

export async function compareTables(connection: DuckDBConnection, attached: AttachedTables, request: CompareRequest, path: string, shouldStop: () => boolean): Promise<WrittenComparison> {
  const shared = sharedColumns(request.before.columns, request.after.columns)
  const goOn = (): void => {
    if (shouldStop()) throw new Error('INTERRUPT: the comparison is not wanted any more.')
  }
  let isWhole = false
  try {
    const written = await attached.withTable(connection, request.before, (before, countBefore) => attached.withTable(connection, request.after, async (after, countAfter) => {
      const tables: Tables = { before, after, rows: { before: await countBefore(`SELECT count(*) FROM ${before}`, []), after: await countAfter(`SELECT count(*) FROM ${after}`, []) } }
      goOn()
      const key = request.key ?? await guessKey(connection, tables, shared)
      goOn()
      const compared: Compared = { before, after, columns: shared, key: key.map((name) => shared.findIndex((column) => column.name === name)) }
      const repeatedKeys = await findDiffering(connection, compared, goOn)
      goOn()
      const { counts, changed } = await readCounts(connection, compared, tables)
      const columns = differenceColumns(shared, key, changed)
      const of = counts.added + counts.removed + counts.changed
      const rows = Math.min(of, DIFFERING_ROWS_MAX, Math.floor(DIFFERING_VALUES_MAX / columns.length))
      await writeDifference(connection, compared, columns, rows, path)
      goOn()
      const drift = await readDrift(connection, tables, { before: request.before.columns, after: request.after.columns }, shared, key.length === 0 ? null : changed)
      const summary: ComparisonSummary = { key, repeatedKeys, rows: tables.rows, counts, schema: compareSchemas(request.before.columns, request.after.columns), columns: drift, stored: { rows, of } }
      return { summary, tableColumns: columns.map(({ name, type }) => ({ name, type })), bytes: (await stat(path)).size }
    }))
    isWhole = true
    return written
  } finally {
    if (!isWhole) await rm(path, { force: true })
  }
}

/** Leaves them in the table `differing` of this connection. Says how many keys stand for several rows. */
async function findDiffering(connection: DuckDBConnection, compared: Compared, goOn: () => void): Promise<number> {
  if (compared.key.length === 0) {
    await connection.run(`CREATE TEMP TABLE differing AS ${countedQuery(compared, false)}`)
    return 0
  }
  await connection.run(repeatedQuery(compared))
  const repeated = await readNumber(connection, 'SELECT count(*) FROM repeated')
  goOn()
  await connection.run(pairedQuery(compared, repeated > 0))
  goOn()
  if (repeated > 0) await connection.run(`INSERT INTO differing ${countedQuery(compared, true)}`)
  return repeated
}

async function readCounts(connection: DuckDBConnection, { columns }: Compared, { rows }: Tables): Promise<{ counts: ComparisonSummary['counts']; changed: number[] }> {
  const [row = []] = await readRows(connection, countsQuery(columns))
  const [added = 0, removed = 0, changed = 0, ...each] = row.map(Number)
  return { counts: { added, removed, changed, unchanged: rows.before - removed - changed }, changed: each }
}

async function writeDifference(connection: DuckDBConnection, compared: Compared, shown: readonly DifferenceColumn[], rows: number, path: string): Promise<void> {
  await connection.run(`COPY (${differenceQuery(compared, shown, rows)}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS}, USE_TMP_FILE false)`)
}
