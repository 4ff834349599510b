/** What is asked of two tables beside their rows: which columns could be a key, what each column holds, and how categories moved. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import { rankKeys, type KeyFacts } from '#lib/domain/compare-key.ts'
import type { ComparedColumn } from '#lib/domain/compare-schema.ts'
import { CATEGORIES_MAX, DRIFT_COLUMNS_MAX, SHARES_SHOWN, type ColumnDrift, type ColumnFigures } from '#lib/domain/comparison.ts'
import { columnKind, type ResultColumn } from '#lib/domain/result.ts'
import { readRows } from './engine.ts'
import { quote } from './quote.ts'
import { figuresQuery, readFigures } from './summary-query.ts'

export interface Tables {
  before: string
  after: string
  rows: { before: number; after: number }
}

/** Columns asked about at once: each that is counted takes memory. */
const AT_ONCE = 8
const TEXT_MAX = 200
const SIDES = ['before', 'after'] as const

/** The key that stands for one row each in both tables, or none. */
export async function guessKey(connection: DuckDBConnection, tables: Tables, shared: readonly ComparedColumn[]): Promise<string[]> {
  const [before, after] = [await readKeyFacts(connection, tables.before, shared), await readKeyFacts(connection, tables.after, shared)]
  const candidates = shared.flatMap((column, at) => {
    const [was, is] = [before[at], after[at]]
    return was === undefined || is === undefined ? [] : [{ column, before: was, after: is }]
  })
  for (const key of rankKeys(candidates)) {
    if (await isUnique(connection, tables.before, key) && await isUnique(connection, tables.after, key)) return key
  }
  return []
}

async function readKeyFacts(connection: DuckDBConnection, table: string, columns: readonly ComparedColumn[]): Promise<KeyFacts[]> {
  const [row = []] = await readRows(connection, `SELECT count(*)${columns.map(({ name, after }) => `, count(${quote(name)}), ${columnKind(after) === 'nested' ? '0' : `approx_count_distinct(${quote(name)})`}`).join('')} FROM ${table}`)
  const rows = Number(row[0])
  return columns.map((_, at) => ({ rows, values: Number(row[1 + 2 * at]), distinct: Number(row[2 + 2 * at]) }))
}

async function isUnique(connection: DuckDBConnection, table: string, key: readonly string[]): Promise<boolean> {
  return (await readRows(connection, `SELECT 1 FROM ${table} GROUP BY ${key.map(quote).join(', ')} HAVING count(*) > 1 LIMIT 1`)).length === 0
}

/** `changed`: in how many rows each of the shared columns changed; null without a key. */
export async function readDrift(connection: DuckDBConnection, tables: Tables, columns: { before: readonly ResultColumn[]; after: readonly ResultColumn[] }, shared: readonly ComparedColumn[], changed: readonly number[] | null): Promise<ColumnDrift[]> {
  const names = [...new Set([...columns.after, ...columns.before].map(({ name }) => name))].slice(0, DRIFT_COLUMNS_MAX)
  const figures = { before: new Map<string, ColumnFigures>(), after: new Map<string, ColumnFigures>() }
  for (const side of SIDES) {
    const wanted = columns[side].filter(({ name }) => names.includes(name))
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const some = wanted.slice(at, at + AT_ONCE)
      const [row = []] = await readRows(connection, figuresQuery(tables[side], some, tables.rows[side]))
      for (const { summary } of readFigures(some, tables.rows[side], row)) figures[side].set(summary.column, figuresOf(summary))
    }
  }
  const drift: ColumnDrift[] = []
  for (const name of names) {
    const at = shared.findIndex((column) => column.name === name)
    const [before, after] = [figures.before.get(name) ?? null, figures.after.get(name) ?? null]
    const shares = at >= 0 && isCategory(shared[at], before, after, tables) ? await readShares(connection, tables, name) : []
    drift.push({ name, as: shared[at]?.as ?? null, changed: at < 0 ? null : (changed?.[at] ?? null), before, after, shares })
  }
  return drift
}

const figuresOf = ({ nulls, nans, infinities, distinct, isDistinctExact, min, max, mean }: ColumnSummary): ColumnFigures => ({ nulls, nans, infinities, distinct, isDistinctExact, min, max, mean })

function isCategory(column: ComparedColumn | undefined, before: ColumnFigures | null, after: ColumnFigures | null, { rows }: Tables): boolean {
  if (column?.as !== 'same' || !['text', 'boolean'].includes(columnKind(column.after))) return false
  // Where every row has a value of its own there are no categories.
  const isFew = (figures: ColumnFigures | null, count: number): boolean => (figures?.distinct ?? Infinity) <= Math.min(CATEGORIES_MAX, Math.max(10, count / 2))
  return isFew(before, rows.before) && isFew(after, rows.after)
}

async function readShares(connection: DuckDBConnection, { before, after, rows }: Tables, name: string): Promise<ColumnDrift['shares']> {
  const x = quote(name)
  const of = (table: string): string => `SELECT ${x} AS v, count(*) AS n FROM ${table} WHERE ${x} IS NOT NULL GROUP BY ${x}`
  const moved = `abs(coalesce(b.n, 0) / ${Math.max(1, rows.before)} - coalesce(a.n, 0) / ${Math.max(1, rows.after)})`
  const found = await readRows(connection, `SELECT left(CAST(coalesce(a.v, b.v) AS VARCHAR), ${TEXT_MAX}) AS value, coalesce(b.n, 0), coalesce(a.n, 0)
    FROM (${of(before)}) b FULL OUTER JOIN (${of(after)}) a ON b.v = a.v WHERE ${moved} > 0 ORDER BY ${moved} DESC, value LIMIT ${SHARES_SHOWN}`)
  return found.map(([value, was, is]) => ({ value: String(value), before: Number(was), after: Number(is) }))
}

