/** Chart labels: the few groups that colours and small charts make, each with a name of its own. The commonest categories are named, the rest is one group; of many numbers or instants there are bins. */
import { COLORS_MAX, FACETS_MAX, SLICES_MAX, type ChartEncoding, type TimeUnit } from '#lib/domain/chart.ts'
import { bareBucket, keyOf, type Bucket } from './chart-buckets.ts'
import type { Group } from './chart-roles.ts'
import { stepFor, unitFor } from './chart-steps.ts'
import { isNumber, nameOf, type Range, type Survey, type Top } from './chart-survey.ts'

/** Adds a value to the query and gives its name there. */
export type Param = (value: string) => string

export const fewMax = ({ mark }: ChartEncoding, { place }: Group): number => (place === 'facet' ? FACETS_MAX : mark === 'arc' ? SLICES_MAX : COLORS_MAX)

/** `top` is known for categories only. */
export function fewBucket(group: Group, survey: Survey, top: Top | null, most: number, isRaw: boolean, param: Param): Bucket {
  const bare = bareBucket(group)
  if (group.type === 'nominal') return { ...bare, ...folded(group, top ?? { values: [], different: 0 }, most, param) }
  const range = survey.ranges.get(group.place)
  if (range === undefined || range.different < most) return { ...bare, labels: inOrder((key) => valueLabel(group, key)) }
  // A colour that is a number stays one, where every row is a mark.
  if (isRaw && group.place === 'color' && isNumber(group)) return bare
  return isNumber(group) ? ofNumbers(bare, stepFor(range, most - 2)) : ofInstants(bare, range, most)
}

function folded(group: Group, { values, different }: Top, most: number, param: Param): Pick<Bucket, 'key' | 'labels' | 'limits'> {
  const name = nameOf(group)
  const named = different > most ? values.slice(0, most - 1) : values
  const left = different - named.length
  const labels: string[] = []
  for (const value of named) labels.push(unlike(labels, short(value ?? 'null')))
  const other = unlike(labels, `other (${left.toLocaleString('en')})`)
  const all = left > 0 ? [...labels, other] : labels
  const cases = named.map((value, at) => `WHEN ${value === null ? `${name} IS NULL` : `${name} = ${param(value)}`} THEN ${at}`)
  return {
    key: cases.length === 0 ? '0' : `CASE ${cases.join(' ')} ELSE ${named.length} END`,
    labels: { of: (key) => all[Number(key)] ?? other, all: () => all, isOrdered: false },
    limits: left > 0 && (group.place === 'color' || group.place === 'facet') ? [{ kind: 'other', channel: group.place, column: group.column.name, named: named.length, folded: left, label: other }] : [],
  }
}

function inOrder(of: (key: number) => string): Bucket['labels'] {
  const label = (key: unknown): string => (key === null ? 'null' : of(Number(key)))
  const all = (keys: readonly unknown[]): string[] => {
    const numbers = [...new Set(keys.filter((key) => key !== null).map(Number))].toSorted((a, b) => a - b)
    return [...new Set([...numbers, ...(keys.includes(null) ? [null] : [])].map(label))]
  }
  return { of: label, all, isOrdered: true }
}

const valueLabel = (group: Group, key: number): string => (isNumber(group) ? plain(key) : timeLabel(key, null))
const plain = (value: number): string => String(Number(value.toPrecision(12)))

const ofNumbers = (bare: Bucket, step: number): Bucket =>
  ({ ...bare, bin: step, key: keyOf(bare.group, step), labels: inOrder((from) => `${plain(from)} to ${plain(from + step)}`) })

const YEAR_MS = 8766 * 3_600_000
function ofInstants(bare: Bucket, range: Range, most: number): Bucket {
  const unit = unitFor(range, most - 2)
  const years = Math.ceil((range.greatest - range.least) / YEAR_MS / (most - 2))
  if (unit !== 'year' || years <= 1) return { ...bare, bin: unit, key: keyOf(bare.group, unit), labels: inOrder((from) => timeLabel(from, unit)) }
  return { ...bare, bin: unit, key: `floor(year(${nameOf(bare.group)}) / ${years}) * ${years}`, labels: inOrder((from) => `${from} to ${from + years - 1}`) }
}

const TEXT_LENGTH: Partial<Record<TimeUnit, number>> = { year: 4, quarter: 7, month: 7, week: 10, day: 10 }
function timeLabel(ms: number, unit: TimeUnit | null): string {
  const text = instantText(ms) ?? 'null'
  const day = text.indexOf('T')
  const length = unit === null ? (text.endsWith('T00:00:00.000Z') ? 10 : undefined) : TEXT_LENGTH[unit]
  return length === undefined ? text.replace('T', ' ').replace(/(\.000)?Z$/, '') : text.slice(0, day - 10 + length)
}

/** Null for what is beyond the instants that browsers know. */
export const instantText = (ms: number): string | null => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null)

const LABEL_MAX = 200
export const short = (text: string): string => (text.length > LABEL_MAX ? `${text.slice(0, LABEL_MAX)}…` : text)

/** Two groups never have one label. */
export function unlike(taken: readonly string[], label: string): string {
  let [free, n] = [label, 1]
  while (taken.includes(free)) free = `${label} (${(n += 1)})`
  return free
}
