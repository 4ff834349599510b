/**
 * Table view: how a person, or everybody in a notebook, looks at a table: which columns, in which order and width, sorted
 * and filtered by what. It is kept by the names of columns, so it outlives a new result of the cell; what names a
 * column that is not there any more waits for it to come back. It may have been written by anybody, so it is read with care.
 */
import type { ChartEncoding } from './chart.ts'
import { readEncoding } from './read-encoding.ts'
import type { ResultColumn, RowOrder } from './result.ts'
import { fittingFilter, readFilter } from './row-filter.ts'

export interface TableView extends RowOrder {
  hidden: string[]
  /** Stand on the left and stay there. */
  pinned: string[]
  /** The columns that were moved and those before them; the others follow as they are stored. */
  order: string[]
  /** Pixels, of those whose width was set. */
  widths: Record<string, number>
  /** What was chosen in the Chart tab; absent while the first guess stands. */
  chart?: ChartEncoding
}

export const PLAIN_VIEW: TableView = { sort: [], filter: [], hidden: [], pinned: [], order: [], widths: {} }
export const WIDTH_MIN = 48
export const WIDTH_MAX = 1200

const NAMES_MAX = 10_000
const NAME_MAX = 1000
const SORTS_MAX = 10

/** Null when it says nothing that differs from the plain table. */
export function readTableView(value: unknown): TableView | null {
  if (typeof value !== 'object' || value === null) return null
  const { sort, filter, hidden, pinned, order, widths, chart } = value as Record<string, unknown>
  const knownChart = readEncoding(chart)
  const view: TableView = {
    sort: listOf(sort, SORTS_MAX).flatMap((one) => (isName(one.column) && (one.direction === 'asc' || one.direction === 'desc') ? [{ column: one.column, direction: one.direction }] : [])),
    filter: readFilter(filter),
    hidden: namesOf(hidden), pinned: namesOf(pinned), order: namesOf(order),
    widths: Object.fromEntries(Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).slice(0, NAMES_MAX).flatMap(([name, width]) => (typeof width === 'number' && Number.isFinite(width) ? [[name, clampWidth(width)]] : []))),
    ...(knownChart !== null && { chart: knownChart }),
  }
  return isPlain(view) ? null : view
}

const listOf = (value: unknown, most: number): Record<string, unknown>[] => (Array.isArray(value) ? value.slice(0, most).filter((one) => typeof one === 'object' && one !== null) : [])
const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= NAME_MAX
const namesOf = (value: unknown): string[] => (Array.isArray(value) ? [...new Set(value.slice(0, NAMES_MAX).filter(isName))] : [])
export const clampWidth = (width: number): number => Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)))

export const isPlain = (view: TableView): boolean => view.chart === undefined && hasPlainRows(view)

/** Nothing but the chart may differ. */
export const hasPlainRows = ({ sort, filter, hidden, pinned, order, widths }: TableView): boolean =>
  [sort, filter, hidden, pinned, order].every((list) => list.length === 0) && Object.keys(widths).length === 0

/** Sort and filter as far as this table has the columns, of types that they fit. */
export function orderFor({ sort, filter }: RowOrder, columns: readonly ResultColumn[]): RowOrder {
  if (sort.length === 0 && filter.length === 0) return { sort, filter }
  const names = new Set(columns.map(({ name }) => name))
  return { sort: sort.filter(({ column }) => names.has(column)), filter: fittingFilter(filter, columns) }
}

export interface ColumnLayout {
  /** Places in the table of the columns that are shown, as they stand: those that stay first. */
  shown: readonly number[]
  pinned: number
}

export function layOut(columns: readonly ResultColumn[], { hidden, pinned, order }: Pick<TableView, 'hidden' | 'pinned' | 'order'>): ColumnLayout {
  const inOrder = standing(columns.map(({ name }) => name), order)
  if (hidden.length === 0 && pinned.length === 0) return { shown: inOrder, pinned: 0 }
  const [isHidden, isPinned] = [new Set(hidden), new Set(pinned)]
  const visible = inOrder.filter((at) => !isHidden.has(columns[at]?.name ?? ''))
  const staying = visible.filter((at) => isPinned.has(columns[at]?.name ?? ''))
  return { shown: [...staying, ...visible.filter((at) => !isPinned.has(columns[at]?.name ?? ''))], pinned: staying.length }
}

/** Places of all columns, hidden ones too, in the order of the view. */
function standing(names: readonly string[], order: readonly string[]): number[] {
  const all = names.map((_name, at) => at)
  if (order.length === 0) return all
  const places = new Map(names.map((name, at) => [name, at]))
  const moved = new Set(order.flatMap((name) => places.get(name) ?? []))
  return [...moved, ...all.filter((at) => !moved.has(at))]
}

export const hide = (view: TableView, names: readonly string[]): TableView => ({ ...view, hidden: [...new Set([...view.hidden, ...names])] })
export const show = (view: TableView, names: readonly string[]): TableView => ({ ...view, hidden: view.hidden.filter((name) => !names.includes(name)) })
export const pin = (view: TableView, name: string): TableView => ({ ...view, pinned: [...view.pinned.filter((one) => one !== name), name] })
export const unpin = (view: TableView, name: string): TableView => ({ ...view, pinned: view.pinned.filter((one) => one !== name) })
/** Null: as wide as what it holds. */
export function resize(view: TableView, name: string, width: number | null): TableView {
  const { [name]: _before, ...others } = view.widths
  return { ...view, widths: width === null ? others : { ...others, [name]: clampWidth(width) } }
}

/** Puts a column to the place of another among those that are shown. Across the edge of those that stay, it stays or goes with them. */
export function move(view: TableView, columns: readonly ResultColumn[], from: number, to: number): TableView {
  const { shown, pinned } = layOut(columns, view)
  const [column, target] = [shown[from], shown[to]]
  if (column === undefined || target === undefined || from === to) return view
  const nameOf = (at: number): string => columns[at]?.name ?? ''
  const all = standing(columns.map(({ name }) => name), view.order).filter((at) => at !== column)
  const at = all.indexOf(target) + (from < to ? 1 : 0)
  all.splice(at, 0, column)
  const order = withoutTail(all).map(nameOf)
  const stays = to < pinned
  const names = view.pinned.filter((name) => name !== nameOf(column))
  return { ...view, order, pinned: stays ? [...names, nameOf(column)] : names }
}

/** What stands at the end as it is stored need not be said. */
function withoutTail(order: readonly number[]): readonly number[] {
  let said = order.length
  while (said > 0 && (order[said - 1] ?? 0) < (order[said] ?? Infinity)) said -= 1
  return order.slice(0, said)
}
