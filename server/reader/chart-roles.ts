/** Chart roles: which columns of a table a chart groups by, and which it measures. What cannot be drawn is refused in words that say what to choose. */
import { axisType, isAdditive, isChartable, measureOf, needsColumn, needsNumber, type Aggregate, type AxisType, type ChartEncoding, type Measure } from '#lib/domain/chart.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { columnKind, isNumeric, type ResultColumn } from '#lib/domain/result.ts'
import { findColumn, type QueryRefusal } from './filter-clause.ts'

export const PLACES = ['x', 'y', 'color', 'facet'] as const
export type Place = (typeof PLACES)[number]

export interface Group {
  place: Place
  column: ResultColumn
  type: AxisType
}

export interface Measured {
  /** Null where rows are counted. */
  column: ResultColumn | null
  aggregate: Aggregate
}

export interface Roles {
  /** Every row is a mark: nothing is grouped. */
  isRaw: boolean
  groups: Group[]
  /** Null where raw points stand on two axes of groups. */
  value: Measured | null
  size: Measured | null
}

type Found<T> = Outcome<T, QueryRefusal>

export function rolesOf(columns: readonly ResultColumn[], encoding: ChartEncoding): Found<Roles> {
  const { mark, x, y, color, facet, aggregate } = encoding
  const isRaw = aggregate === 'none'
  const odd = oddChoice(encoding)
  if (odd !== null) return refuse('filter-invalid', odd)
  const value = measured(columns, measureOf(encoding), isRaw && (mark === 'point' || mark === 'tick'))
  if (!value.ok) return value
  const size = mark === 'point' && encoding.size !== undefined ? sized(columns, encoding.size, isRaw) : accept(null)
  if (!size.ok) return size
  const isOnAxis = isRaw && value.value.column !== null && !isNumeric(columnKind(value.value.column.type))
  const names: [Place, string | null | undefined][] = [
    mark === 'arc' ? ['color', x] : ['x', x],
    ['y', mark === 'rect' || isOnAxis ? y : null],
    ['color', mark === 'rect' || mark === 'arc' ? null : color],
    ['facet', facet],
  ]
  const groups: Group[] = []
  for (const [place, name] of names) {
    if (name == null) continue
    const column = findColumn(columns, name)
    if (!column.ok) return column
    if (!isChartable(column.value.type)) return refuse('filter-invalid', `“${name}” is ${column.value.type}, which has no place on a chart. Choose another column.`)
    groups.push({ place, column: column.value, type: axisType(columnKind(column.value.type)) })
  }
  return accept({ isRaw, groups, value: isOnAxis ? null : value.value, size: size.value })
}

function oddChoice({ mark, y, aggregate }: ChartEncoding): string | null {
  if (mark === 'rect' && y === null) return 'Choose a column for Y: it makes the rows of the heatmap.'
  if (mark === 'rect' && aggregate === 'none') return 'A heatmap shows groups of rows. Count them, or choose how they are summed up.'
  if (mark === 'arc' && !isAdditive(aggregate)) return 'A pie shows the parts of a whole. Count rows, or choose a sum.'
  return null
}

function measured(columns: readonly ResultColumn[], { column: name, aggregate }: Measure, isAnyType: boolean): Found<Measured> {
  if (!needsColumn(aggregate)) return accept({ column: null, aggregate })
  if (name === null) return refuse('filter-invalid', 'Choose a column for Y, or count rows.')
  const column = findColumn(columns, name)
  if (!column.ok) return column
  const isFitting = needsNumber(aggregate) ? isNumeric(columnKind(column.value.type)) || isAnyType : isChartable(column.value.type)
  return isFitting ? accept({ column: column.value, aggregate }) : refuse('filter-invalid', `Y must be a number; “${name}” is ${column.value.type}. Count rows instead.`)
}

/** Of raw points the value itself, of groups a sum unless something else was chosen. */
function sized(columns: readonly ResultColumn[], { column, aggregate }: Measure, isRaw: boolean): Found<Measured | null> {
  if (isRaw && column === null) return accept(null)
  return measured(columns, { column, aggregate: isRaw ? 'none' : aggregate === 'none' ? 'sum' : aggregate }, false)
}
