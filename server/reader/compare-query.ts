/**
 * The SQL of a comparison. Null equals null, NaN equals NaN and -0.0 equals 0.0, inside nested values too; a map has no order.
 * The names of the tables stay inside; outside, before's columns are b0, b1, …, after's a0, a1, …, and the same as they are
 * compared (`normal`) x0, x1, ….
 */
import type { DifferenceColumn } from '#lib/domain/compare-difference.ts'
import type { ComparedColumn } from '#lib/domain/compare-schema.ts'
import { columnKind } from '#lib/domain/result.ts'
import { plainText } from './cell-text.ts'
import { literal } from './engine.ts'
import { quote } from './quote.ts'
import { anyOf } from './find-query.ts'

export interface Compared {
  /** Names of our own, already fit for SQL. */
  before: string
  after: string
  columns: readonly ComparedColumn[]
  /** Places of the key's columns. */
  key: readonly number[]
}

type Side = 'before' | 'after'
const LETTER = { before: 'b', after: 'a' } as const

/** A column's value as it is compared. */
export function normal(column: ComparedColumn, side: Side, x: string): string {
  const type = column[side]
  const kind = columnKind(type)
  if (column.as === 'double') return `CAST(${x} AS DOUBLE)`
  if (column.as === 'instant') return `CAST(${x} AS TIMESTAMP)`
  if (column.as === 'number') return exactText(column, x)
  if (column.as === 'text') return plainText({ name: column.name, type }, x)
  return kind === 'nested' && /^map\b/i.test(type.trim()) ? `list_sort(map_entries(${x}))` : x
}

/** Whole numbers and decimals of different types, by the digits that both could have. */
function exactText({ before, after }: ComparedColumn, x: string): string {
  const scale = Math.max(...[before, after].map((type) => Number(/^decimal\(\s*\d+\s*,\s*(\d+)/i.exec(type.trim())?.[1] ?? 0)))
  return `coalesce(CAST(TRY_CAST(${x} AS DECIMAL(38,${scale})) AS VARCHAR), CAST(${x} AS VARCHAR))`
}

const isAsStored = (column: ComparedColumn, side: Side): boolean => normal(column, side, 'x') === 'x'

const same = (left: string, right: string): string => `${left} IS NOT DISTINCT FROM ${right}`
const list = (columns: readonly unknown[], each: (at: number) => string): string => columns.map((_, at) => each(at)).join(', ')

/** One table with the columns as they are and as they are compared. */
function rowsOf({ before, after, columns }: Compared, side: Side): string {
  const letter = LETTER[side]
  const named = columns.map((column, at) => `${quote(column.name)} AS ${letter}${at}, ${normal(column, side, quote(column.name))} AS x${at}`)
  return `SELECT ${named.join(', ')} FROM ${side === 'before' ? before : after}`
}

/** Keys that stand for several rows in one of the tables. */
export function repeatedQuery(compared: Compared): string {
  const keys = compared.key.map((at) => `x${at}`).join(', ')
  const of = (side: Side): string => `SELECT ${keys} FROM (${rowsOf(compared, side)}) GROUP BY ${keys} HAVING count(*) > 1`
  return `CREATE TEMP TABLE repeated AS SELECT DISTINCT * FROM (${of('before')} UNION ALL ${of('after')})`
}

const onRepeated = ({ key }: Compared): string => key.map((at) => same(`t.x${at}`, `r.x${at}`)).join(' AND ')

/** Rows whose key stands for one row in each table. */
export function pairedQuery(compared: Compared, hasRepeated: boolean): string {
  const { columns, key } = compared
  const of = (side: Side): string => `SELECT true AS here, t.* FROM (${rowsOf(compared, side)}) t${hasRepeated ? ` ANTI JOIN repeated r ON ${onRepeated(compared)}` : ''}`
  const others = columns.flatMap((_, at) => (key.includes(at) ? [] : [`b.x${at} IS DISTINCT FROM a.x${at}`]))
  return `CREATE TEMP TABLE differing AS
    SELECT CASE WHEN b.here IS NULL THEN 'added' WHEN a.here IS NULL THEN 'removed' ELSE 'changed' END AS change, ${list(columns, (at) => `b.b${at}, a.a${at}`)}
    FROM (${of('before')}) b FULL OUTER JOIN (${of('after')}) a ON ${key.map((at) => same(`b.x${at}`, `a.x${at}`)).join(' AND ')}
    WHERE b.here IS NULL OR a.here IS NULL OR ${others.length === 0 ? 'false' : anyOf(others)}`
}

/** Rows compared as wholes: those of a repeated key, or all of them. As many come out as one table has more of them. */
export function countedQuery(compared: Compared, isOfRepeated: boolean): string {
  const { columns } = compared
  const join = isOfRepeated ? ` SEMI JOIN repeated r ON ${onRepeated(compared)}` : ''
  const of = (side: Side): string => {
    const stored = columns.map((column, at) => {
      const own = (one: Side): string => (isAsStored(column, one) ? 'NULL' : one === side ? `t.${LETTER[one]}${at}` : 'NULL')
      return `, ${own('before')} AS b${at}, ${own('after')} AS a${at}`
    })
    return `SELECT ${side === 'before'} AS was, ${list(columns, (at) => `t.x${at}`)}${stored.join('')} FROM (${rowsOf(compared, side)}) t${join}`
  }
  const value = (column: ComparedColumn, side: Side, at: number): string => (isAsStored(column, side) ? `x${at}` : `any_value(${LETTER[side]}${at})`)
  const groups = `SELECT count(*) FILTER (was) AS b, count(*) FILTER (NOT was) AS a, ${columns.map((column, at) => `${value(column, 'before', at)} AS b${at}, ${value(column, 'after', at)} AS a${at}`).join(', ')}
    FROM (${of('before')} UNION ALL ${of('after')}) GROUP BY ${list(columns, (at) => `x${at}`)} HAVING b <> a`
  return `SELECT CASE WHEN b > a THEN 'removed' ELSE 'added' END AS change, ${list(columns, (at) => `CASE WHEN b > a THEN b${at} END AS b${at}, CASE WHEN a > b THEN a${at} END AS a${at}`)}
    FROM (SELECT *, unnest(range(abs(b - a))) FROM (${groups}))`
}

/** Whether a column changed, in a row of `differing`. */
export const hasChanged = (column: ComparedColumn, at: number): string =>
  `(change = 'changed' AND ${normal(column, 'before', `b${at}`)} IS DISTINCT FROM ${normal(column, 'after', `a${at}`)})`

/** How many rows were added, removed and changed, and then how many changed in each column. */
export const countsQuery = (columns: readonly ComparedColumn[]): string =>
  `SELECT count(*) FILTER (change = 'added'), count(*) FILTER (change = 'removed'), count(*) FILTER (change = 'changed')${columns.map((column, at) => `, count(*) FILTER (${hasChanged(column, at)})`).join('')} FROM differing`

/** The rows that differ as they are stored, those of one key beside each other. */
export function differenceQuery({ columns: shared, key }: Compared, columns: readonly DifferenceColumn[], limit: number): string {
  const shown = columns.map((column) => `${valueOf(column, shared)} AS ${quote(column.name)}`).join(', ')
  const order = (key.length > 0 ? key : shared.map((_, at) => at).slice(0, ORDERED_BY)).map((at) => `${either(shared, at, shared[at]?.as !== 'same')} NULLS LAST`)
  return `SELECT ${shown} FROM differing ORDER BY ${[...order, 'change'].join(', ')} LIMIT ${Math.trunc(limit)}`
}

const ORDERED_BY = 3

function valueOf({ from, isText }: DifferenceColumn, shared: readonly ComparedColumn[]): string {
  if (from.kind === 'change') return 'change'
  if (from.kind === 'names') return `CASE WHEN change = 'changed' THEN concat_ws(', '${shared.map((column, at) => `, CASE WHEN ${hasChanged(column, at)} THEN ${literal(column.name)} END`).join('')}) END`
  return from.kind === 'either' ? either(shared, from.column, isText) : shown(shared, from.kind, from.column, isText)
}

/** Where both tables have the row they agree, or the later one's is taken. */
const either = (shared: readonly ComparedColumn[], at: number, isText: boolean): string =>
  `coalesce(${shown(shared, 'after', at, isText)}, ${shown(shared, 'before', at, isText)})`

function shown(shared: readonly ComparedColumn[], side: Side, at: number, isText: boolean): string {
  const [x, column] = [`${LETTER[side]}${at}`, shared[at]]
  return isText && column !== undefined ? plainText({ name: column.name, type: column[side] }, x) : x
}
