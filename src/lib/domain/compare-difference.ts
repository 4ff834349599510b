/**
 * Compare difference: the columns of the table that holds the rows that differ. First what happened to a row, then its key,
 * then every other column: twice where it changed in some row or has another type now, once where it never did.
 */
import type { ComparedColumn } from './compare-schema.ts'
import { mayStandInDelta } from './delta-type.ts'
import type { ResultColumn } from './result.ts'

export const CHANGES = ['added', 'removed', 'changed'] as const
export type Change = (typeof CHANGES)[number]

export interface DifferenceColumn extends ResultColumn {
  /** What it is made of: the change itself, the names of what changed, or a column by its place among the compared. */
  from: { kind: 'change' } | { kind: 'names' } | { kind: 'before' | 'after' | 'either'; column: number }
  /** Written as text: its own type has no place in a Delta table, or is two. */
  isText: boolean
}

/** `changed`: in how many rows each compared column changed. */
export function differenceColumns(shared: readonly ComparedColumn[], key: readonly string[], changed: readonly number[]): DifferenceColumn[] {
  const taken = new Set(shared.map(({ name }) => name.toLowerCase()))
  const named = (wanted: string): string => {
    let name = wanted
    while (taken.has(name.toLowerCase())) name += '_'
    taken.add(name.toLowerCase())
    return name
  }
  const places = shared.map((_, at) => at)
  const isKey = (at: number): boolean => key.includes(shared[at]?.name ?? '')
  const columns: DifferenceColumn[] = [{ name: named('change'), type: 'string', from: { kind: 'change' }, isText: false }]
  for (const name of key) columns.push(single(shared, shared.findIndex((one) => one.name === name)))
  if (key.length > 0) columns.push({ name: named('changed_columns'), type: 'string', from: { kind: 'names' }, isText: false })
  for (const at of places.filter((place) => !isKey(place))) {
    const column = shared[at]
    if (column === undefined) continue
    if ((changed[at] ?? 0) === 0 && column.as === 'same') columns.push(single(shared, at))
    else for (const side of ['before', 'after'] as const) columns.push({ name: named(`${column.name}_${side}`), ...typed(column[side]), from: { kind: side, column: at } })
  }
  return columns
}

function single(shared: readonly ComparedColumn[], at: number): DifferenceColumn {
  const column = shared[at]
  if (column === undefined) throw new Error('A key of columns that are not compared.')
  const shape = column.as === 'same' ? typed(column.after) : { type: 'string', isText: true }
  return { name: column.name, ...shape, from: { kind: 'either', column: at } }
}

const typed = (type: string): { type: string; isText: boolean } => (mayStandInDelta(type) ? { type, isText: false } : { type: 'string', isText: true })
