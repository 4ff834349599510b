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

const firstRows = (rows: number): string => `first ${count(rows)} ${rows === 1 ? 'row' : 'rows'}`

function limitSentence(limit: ChartLimit, isSteps: boolean): string {
  switch (limit.kind) {
    case 'cut': return `Drawn from the ${firstRows(limit.rows)} of more.`
    case 'kept': return `${count(limit.shown)} of ${count(limit.of)} ${isSteps ? 'groups' : `values of “${limit.column}”`} are drawn: ${isSteps ? 'the first' : ORDERS[limit.by]}.`
    case 'other': return `The ${count(limit.folded)} other values of “${limit.column}” are one ${limit.channel === 'color' ? 'colour' : 'picture'}.`
    case 'sample': return `A fair sample of ${count(limit.shown)} of ${count(limit.of)} rows is drawn.`
    case 'left-out': return `${count(limit.rows)} ${limit.rows === 1 ? 'row' : 'rows'} with ${limit.why === 'empty' ? 'nothing to draw' : 'NaN or infinity'} in “${limit.column}” ${limit.rows === 1 ? 'is' : 'are'} left out.`
  }
}

const isCut = (limit: ChartLimit): limit is Extract<ChartLimit, { kind: 'cut' }> => limit.kind === 'cut'
/** For a place that says itself that only the first rows are there. */
export const withoutCut = (limits: readonly ChartLimit[]): ChartLimit[] => limits.filter((limit) => !isCut(limit))

/** All that is not drawn: what is not there, what was not chosen, what had no room. */
export function limitSentences({ x, filter = [] }: ChartEncoding, { limits, xType }: ChartData): string[] {
  const say = (some: readonly ChartLimit[]) => some.map((limit) => limitSentence(limit, limit.kind === 'kept' && limit.column === x && xType !== 'nominal'))
  return [...say(limits.filter(isCut)), ...(filter.length === 0 ? [] : [`Only rows where ${filterWords(filter)}.`]), ...say(withoutCut(limits))]
}

/** Why a chart has no mark, or null when it has some. */
export function emptySentence(encoding: ChartEncoding, { rows, limits }: ChartData): string | null {
  if (rows.some((row) => (encoding.mark === 'rect' ? row.color : row.y) !== null)) return null
  const cut = limits.find(isCut)
  const nothing = `There is nothing to draw${cut === undefined ? '' : ` in the ${firstRows(cut.rows)} of more`}`
  const empty = limits.find((limit) => limit.kind === 'left-out')
  if (empty !== undefined) return `${nothing}: “${empty.column}” holds no ${empty.why === 'empty' ? 'value' : 'number'} in any row.`
  if (rows.length === 0) return (encoding.filter ?? []).length === 0 ? 'There is nothing to draw: the table has no rows.' : `${nothing}: in no row ${filterWords(encoding.filter ?? [])}.`
  return `${nothing}: “${measureOf(encoding).column ?? ''}” is empty in every row.`
}
