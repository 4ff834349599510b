/** Chart choice: what becomes of a chart when a person picks another mark, column or aggregate, so that what was meant stays and what is left can be drawn. Pure. */
import { isAdditive, isChartable, measureOf, needsColumn, needsNumber, type Aggregate, type ChartEncoding, type Mark } from './chart.ts'
import { columnKind, isNumeric, type ResultColumn } from './result.ts'

type Columns = readonly ResultColumn[]

const plainOf = (columns: Columns): ResultColumn[] => columns.filter(({ type }) => isChartable(type))
export const isNumberColumn = ({ type }: ResultColumn): boolean => isNumeric(columnKind(type))
const hasOwnAxes = ({ mark, aggregate }: ChartEncoding): boolean => aggregate === 'none' && (mark === 'point' || mark === 'tick')

/** Columns that can be measured as it is now. */
export const measurable = (columns: Columns, encoding: ChartEncoding): ResultColumn[] =>
  needsNumber(encoding.aggregate) && !hasOwnAxes(encoding) ? plainOf(columns).filter(isNumberColumn) : encoding.aggregate === 'count' ? plainOf(columns).filter(isNumberColumn) : plainOf(columns)

const withMeasured = (encoding: ChartEncoding, column: string | null, aggregate: Aggregate): ChartEncoding =>
  encoding.mark === 'rect' ? { ...encoding, color: column, aggregate } : { ...encoding, y: column, aggregate }

export function chooseMark(columns: Columns, encoding: ChartEncoding, mark: Mark): ChartEncoding {
  const turned = turn(columns, encoding, mark)
  if (mark === 'arc' && !isAdditive(turned.aggregate)) return chooseAggregate(columns, turned, 'sum')
  if (mark === 'rect' && turned.aggregate === 'none') return chooseAggregate(columns, turned, turned.color === null ? 'count' : 'avg')
  const column = columns.find(({ name }) => name === turned.y)
  if (needsNumber(turned.aggregate) && !hasOwnAxes(turned) && mark !== 'rect' && (column === undefined || !isNumberColumn(column))) return chooseAggregate(columns, turned, turned.aggregate)
  return turned
}

/** A heatmap measures by colour and has its groups on y; every other mark has it the other way round. */
function turn(columns: Columns, encoding: ChartEncoding, mark: Mark): ChartEncoding {
  if ((mark === 'rect') === (encoding.mark === 'rect')) return { ...encoding, mark }
  if (mark !== 'rect') return { ...encoding, mark, y: encoding.color, color: encoding.y }
  const measured = measureOf(encoding).column
  const free = plainOf(columns).filter(({ name }) => name !== encoding.x && name !== measured)
  const rows = encoding.color ?? (free.find((column) => !isNumberColumn(column)) ?? free[0] ?? plainOf(columns)[0])?.name ?? encoding.x
  return { ...encoding, mark, y: rows, color: measured }
}

export function chooseAggregate(columns: Columns, encoding: ChartEncoding, aggregate: Aggregate): ChartEncoding {
  if (!needsColumn(aggregate)) return withMeasured(encoding, null, aggregate)
  const fitting = measurable(columns, { ...encoding, aggregate })
  const now = measureOf(encoding).column
  const column = fitting.find(({ name }) => name === now) ?? fitting.find(({ name }) => name !== encoding.x) ?? fitting[0]
  // Nothing can be summed up: rows can always be counted.
  return column === undefined ? withMeasured(encoding, null, 'count') : withMeasured(encoding, column.name, aggregate)
}

/** Null counts rows. */
export function chooseMeasured(encoding: ChartEncoding, column: string | null): ChartEncoding {
  if (column === null) return withMeasured(encoding, null, 'count')
  return withMeasured(encoding, column, encoding.aggregate !== 'count' ? encoding.aggregate : encoding.mark === 'arc' ? 'sum' : 'avg')
}

/** A bin or an order that was meant for another column is as fits. */
export function chooseX(encoding: ChartEncoding, x: string): ChartEncoding {
  const { bin: _bin, ...rest } = encoding
  return { ...rest, x }
}

export const aggregatesFor = (columns: Columns, { mark }: ChartEncoding): Aggregate[] => {
  const hasNumbers = columns.some(isNumberColumn)
  if (mark === 'arc') return hasNumbers ? ['count', 'sum'] : ['count']
  const grouped: Aggregate[] = hasNumbers ? ['count', 'distinct', 'sum', 'avg', 'median', 'min', 'max'] : ['count', 'distinct']
  return mark === 'rect' || (!hasNumbers && mark !== 'point' && mark !== 'tick') ? grouped : [...grouped, 'none']
}

/** Whether this table has what the chart was chosen for; else it waits for a table that has. */
export function fitsColumns({ x, y, color, facet, size, filter = [] }: ChartEncoding, columns: Columns): boolean {
  const names = new Set(columns.map(({ name }) => name))
  return [x, y, color, facet, size?.column, ...filter.map(({ column }) => column)].every((name) => name == null || names.has(name))
}

/** Null takes an optional part away. */
export function withPart<K extends 'size' | 'facet' | 'bin' | 'sort' | 'stack' | 'filter'>(encoding: ChartEncoding, part: K, value: ChartEncoding[K] | null): ChartEncoding {
  const { [part]: _before, ...rest } = encoding
  return (value === null ? rest : { ...rest, [part]: value }) as ChartEncoding
}
