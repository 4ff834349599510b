/**
 * Whether two tables hold the same rows, each as often, in whatever order: two differences of multisets. Where floats are in
 * play and the rows differ, it is asked again with 12 significant digits (6 of four bytes): sums over many rows are added
 * in another order each time.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { RowDifference } from '#lib/domain/provenance.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import type { AttachedTables } from './attached-tables.ts'
import { readRows } from './engine.ts'
import { quote } from './quote.ts'
import type { TableRef } from './reader.ts'

const DIGITS: [RegExp, number][] = [[/^double$/i, 12], [/^(float|real)$/i, 6]]

/** The tables have the same columns; that is looked at before. */
export function readSameRows(connection: DuckDBConnection, tables: AttachedTables, before: TableRef, after: TableRef): Promise<RowDifference> {
  return tables.withTable(connection, before, (first) => tables.withTable(connection, after, async (second) => {
    const exact = await difference(connection, first, second, before.columns.map(({ name }) => quote(name)))
    if (exact.onlyBefore + exact.onlyAfter === 0 || !before.columns.some((column) => digitsOf(column) !== null)) return { ...exact, rounded: 0 }
    const near = await difference(connection, first, second, before.columns.map(nearly))
    return { ...near, rounded: Math.max(exact.onlyBefore, exact.onlyAfter) - Math.max(near.onlyBefore, near.onlyAfter) }
  }))
}

const digitsOf = ({ type }: ResultColumn): number | null => DIGITS.find(([pattern]) => pattern.test(type))?.[1] ?? null

function nearly(column: ResultColumn): string {
  const digits = digitsOf(column)
  return digits === null ? quote(column.name) : `printf('%.${digits - 1}e', ${quote(column.name)}::DOUBLE + 0)`
}

async function difference(connection: DuckDBConnection, first: string, second: string, columns: readonly string[]): Promise<Omit<RowDifference, 'rounded'>> {
  const list = columns.join(', ')
  const less = (one: string, other: string) => `(SELECT count(*) FROM (SELECT ${list} FROM ${one} EXCEPT ALL SELECT ${list} FROM ${other}))`
  const [row] = await readRows(connection, `SELECT ${less(first, second)}, ${less(second, first)}`)
  return { onlyBefore: Number(row?.[0] ?? 0), onlyAfter: Number(row?.[1] ?? 0) }
}
