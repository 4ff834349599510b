/**
 * Beside text: what a cell's entry holds beside its source and what goes wherever the cell goes: what an input was set
 * to, how many rows its tables keep, and how everybody looks at them. An entry may hold anything a client managed to
 * write: what cannot be is read as not there.
 */
import type * as Y from 'yjs'
import { isRunnable, type Cell, type CellKind } from '#lib/domain/cell.ts'
import type { ParameterValue } from '#lib/domain/parameter.ts'
import { isRowLimit, ROW_LIMIT, type RowLimit } from '#lib/domain/row-limit.ts'
import { readSharedViews, type SharedViews } from '#lib/domain/shared-views.ts'

const VALUE = 'value'
const ROWS = 'rows'
export const VIEWS = 'views'

type Entry = Y.Map<unknown>

export function readValue(map: Entry): ParameterValue | undefined {
  const value = map.get(VALUE)
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : undefined
}

/** Undefined: as if nobody had set it. */
export function writeValue(map: Entry, value: ParameterValue | undefined): void {
  if (value === undefined) map.delete(VALUE)
  else if (map.get(VALUE) !== value) map.set(VALUE, value)
}

/** The usual limit is not written down; `all` stands for null, which a map cannot tell from nothing. */
export const readRowLimit = (map: Entry): RowLimit => {
  const value = map.get(ROWS)
  const limit = value === 'all' ? null : value
  return isRowLimit(limit) ? limit : ROW_LIMIT
}

export function writeRowLimit(map: Entry, limit: RowLimit): void {
  if (limit === ROW_LIMIT) map.delete(ROWS)
  else map.set(ROWS, limit ?? 'all')
}

export const readViews = (map: Entry): SharedViews => readSharedViews(map.get(VIEWS))

export function writeViews(map: Entry, views: SharedViews): void {
  if (Object.keys(views).length === 0) map.delete(VIEWS)
  else map.set(VIEWS, views)
}

/** Of a cell of this kind, without what is as usual. Views are for who keeps or copies it alone: see read-kept.ts. */
export function readBeside(map: Entry, kind: CellKind): Pick<Cell, 'value' | 'rowLimit'> {
  const [value, rowLimit] = [readValue(map), readRowLimit(map)]
  return { ...(kind === 'input' && value !== undefined && { value }), ...(isRunnable(kind) && rowLimit !== ROW_LIMIT && { rowLimit }) }
}

/** Into a new entry. */
export function writeBeside(map: Entry, { value, rowLimit, tableViews }: Pick<Cell, 'value' | 'rowLimit' | 'tableViews'>): void {
  if (value !== undefined) map.set(VALUE, value)
  if (rowLimit !== undefined) writeRowLimit(map, rowLimit)
  if (tableViews !== undefined) writeViews(map, tableViews)
}
