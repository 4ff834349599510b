/** Guess chart: a first chart of a table that is rarely silly, drawn before anybody chose. Pure. */
import { axisType, isChartable, type ChartEncoding } from './chart.ts'
import { columnKind, isNumeric, type ResultColumn } from './result.ts'

/**
 * Time on x and a number over it as a line, else a category and a number as bars, else two numbers as points, else how
 * often each value of the first column comes.
 */
export function guessChart(columns: readonly ResultColumn[]): ChartEncoding | null {
  const plain = columns.filter(({ type }) => isChartable(type)).map((column) => ({ name: column.name, kind: columnKind(column.type) }))
  const [first] = plain
  if (first === undefined) return null
  const numbers = plain.filter(({ kind }) => isNumeric(kind))
  const measure = numbers.find(({ name }) => !looksLikeId(name)) ?? null
  const time = plain.find(({ kind }) => axisType(kind) === 'temporal')
  const category = plain.find(({ kind }) => axisType(kind) === 'nominal')
  if (time !== undefined) return { mark: 'line', x: time.name, y: measure?.name ?? null, color: null, aggregate: measure === null ? 'count' : 'avg' }
  if (category !== undefined) return { mark: 'bar', x: category.name, y: measure?.name ?? null, color: null, aggregate: measure === null ? 'count' : 'avg' }
  const ordered = plain.find(({ name }) => LIKE_ORDER.test(name))
  const other = numbers.find(({ name }) => name !== (ordered ?? first).name)
  if (ordered !== undefined && other !== undefined) return { mark: 'bar', x: ordered.name, y: other.name, color: null, aggregate: 'avg' }
  if (other !== undefined) return { mark: 'point', x: first.name, y: other.name, color: null, aggregate: 'none' }
  return { mark: 'bar', x: first.name, y: null, color: null, aggregate: 'count' }
}

const LIKE_ORDER = /^(year|month|day|hour|week|quarter|minute|rank|bucket|bin)$|_(year|month|day|hour|week|quarter)$/i
const looksLikeId = (name: string): boolean => /(^|_)(id|key|index|year|month|day|hour)$/i.test(name)
