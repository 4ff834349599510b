/** Chart words: what a chart is called, what it is of, and what it does not show, as the page says it. Pure. */
import { measureOf, type Aggregate, type ChartData, type ChartEncoding, type ChartLimit, type Mark, type Measure } from './chart.ts'
import { filterWords } from './row-filter.ts'

export const MARK_WORDS: Record<Mark, string> = { bar: 'bars', line: 'line', area: 'area', point: 'points', tick: 'ticks', rect: 'heatmap', arc: 'pie' }
export const AGGREGATE_WORDS: Record<Aggregate, string> = {
  count: 'count of rows', distinct: 'different values', sum: 'sum', avg: 'average', median: 'median', min: 'least', max: 'greatest', none: 'each row',
}

export function measureTitle({ column, aggregate }: Measure): string {
  if (aggregate === 'count' || column === null) return 'rows'
  return aggregate === 'none' ? column : aggregate === 'distinct' ? `different ${column}` : `${AGGREGATE_WORDS[aggregate]} of ${column}`
}

export const titleOf = (encoding: ChartEncoding): string => measureTitle(measureOf(encoding))

/** In one line, for people who do not see it. */
export function describeChart(encoding: ChartEncoding): string {
  const { mark, x, y, color, size, facet, filter = [] } = encoding
  return [
    `${MARK_WORDS[mark]} of ${titleOf(encoding)} by ${x}`,
    ...(mark === 'rect' ? [` and ${y}`] : color === null || mark === 'arc' ? [] : [`, coloured by ${color}`]),
    ...(mark === 'point' && size !== undefined ? [`, sized by ${measureTitle(size)}`] : []),
    ...(facet === undefined ? [] : [`, one for each ${facet}`]),
    ...(filter.length === 0 ? [] : [`, of the rows where ${filterWords(filter)}`]),
  ].join('')
}

/** The same as the head of a picture, or the name of a file. */
export function headOf(encoding: ChartEncoding): string {
  const text = describeChart(encoding)
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

const count = (value: number): string => value.toLocaleString('en').replaceAll(',', '\u202f')
const ORDERS = { greatest: 'those with the greatest values', least: 'those with the least values', 'a-z': 'the first by name', 'z-a': 'the last by name', rows: 'those with the most rows' }

function limitSentence(limit: ChartLimit, isSteps: boolean): string {
  switch (limit.kind) {
    case 'kept': return `${count(limit.shown)} of ${count(limit.of)} ${isSteps ? 'groups' : `values of “${limit.column}”`} are drawn: ${isSteps ? 'the first' : ORDERS[limit.by]}.`
    case 'other': return `The ${count(limit.folded)} other values of “${limit.column}” are one ${limit.channel === 'color' ? 'colour' : 'picture'}.`
    case 'sample': return `A fair sample of ${count(limit.shown)} of ${count(limit.of)} rows is drawn.`
    case 'left-out': return `${count(limit.rows)} ${limit.rows === 1 ? 'row' : 'rows'} with ${limit.why === 'empty' ? 'nothing to draw' : 'NaN or infinity'} in “${limit.column}” ${limit.rows === 1 ? 'is' : 'are'} left out.`
  }
}

/** All that is not drawn: by choice, then by need. */
export const limitSentences = ({ x, filter = [] }: ChartEncoding, { limits, xType }: ChartData): string[] => [
  ...(filter.length === 0 ? [] : [`Only rows where ${filterWords(filter)}.`]),
  ...limits.map((limit) => limitSentence(limit, limit.kind === 'kept' && limit.column === x && xType !== 'nominal')),
]

/** Why a chart has no mark, or null when it has some. */
export function emptySentence(encoding: ChartEncoding, { rows, limits }: ChartData): string | null {
  if (rows.some((row) => (encoding.mark === 'rect' ? row.color : row.y) !== null)) return null
  const empty = limits.find((limit) => limit.kind === 'left-out')
  if (empty !== undefined) return `There is nothing to draw: “${empty.column}” holds no ${empty.why === 'empty' ? 'value' : 'number'} in any row.`
  if (rows.length === 0) return (encoding.filter ?? []).length === 0 ? 'There is nothing to draw: the table has no rows.' : `There is nothing to draw: in no row ${filterWords(encoding.filter ?? [])}.`
  return `There is nothing to draw: “${measureOf(encoding).column ?? ''}” is empty in every row.`
}
