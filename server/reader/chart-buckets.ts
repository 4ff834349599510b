/**
 * Chart buckets: how the values of a column on an axis become groups. Of numbers and instants with many values bins are
 * made; of categories the first are kept.
 */
import { POINTS_MAX, TILES_MAX, type ChartEncoding, type ChartLimit, type TimeUnit } from '#lib/domain/chart.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Group } from './chart-roles.ts'
import { autoBin, fittingBin, tooFine } from './chart-steps.ts'
import { nameOf, type Survey, type Top } from './chart-survey.ts'

export interface Bucket {
  group: Group
  /** What rows are grouped by: a number, milliseconds, a text, or the place of a label. */
  key: string
  bin: number | TimeUnit | null
  /** Of a few groups that have names: a key's label, and all of them in their order. */
  labels: { of: (key: unknown) => string; all: (keys: readonly unknown[]) => string[]; isOrdered: boolean } | null
  /** Of categories on an axis: those that are kept, in their order. */
  kept: (string | null)[] | null
  limits: ChartLimit[]
}

const LEAST_STEPS = 10

/** What is left for each axis once the colours and small charts are known: never more than POINTS_MAX in all. */
export function stepsLeft({ mark }: ChartEncoding, colors: number, facets: number): number {
  const each = Math.max(LEAST_STEPS, Math.floor(POINTS_MAX / (Math.max(1, colors) * Math.max(1, facets))))
  return mark === 'rect' ? Math.min(TILES_MAX, Math.floor(Math.sqrt(each))) : each
}

export const bareBucket = (group: Group): Bucket => ({ group, key: keyOf(group, null), bin: null, labels: null, kept: null, limits: [] })

export function axisBucket(group: Group, survey: Survey, top: Top | null, encoding: ChartEncoding, most: number): Outcome<Bucket, 'filter-invalid'> {
  const bare = bareBucket(group)
  if (group.type === 'nominal') return accept(top === null ? bare : { ...bare, kept: top.values, limits: keptLimits(group, top.values.length, top.different, encoding) })
  const range = survey.ranges.get(group.place)
  if (range === undefined || encoding.aggregate === 'none') return accept(bare)
  const chosen = group.place === 'x' ? fittingBin(group, encoding.bin) : undefined
  const bin = chosen === undefined ? autoBin(group, range, most) : chosen === 'none' ? null : chosen
  const problem = chosen === undefined ? null : tooFine(group, range, bin, most)
  return problem === null ? accept({ ...bare, bin, key: keyOf(group, bin) }) : refuse('filter-invalid', problem)
}

/** Of a row of the source, or of the bin it is in. */
export function keyOf(group: Group, bin: number | TimeUnit | null): string {
  const name = nameOf(group)
  if (typeof bin === 'number') return `floor(${name} / ${bin}) * ${bin}`
  const value = bin === null ? name : `date_trunc('${bin}', ${name})`
  return group.type === 'temporal' ? `epoch_ms(${value})` : value
}

export function keptLimits({ column, place }: Group, shown: number, of: number, { sort, aggregate }: ChartEncoding): ChartLimit[] {
  const by = place !== 'x' || aggregate === 'none' ? 'rows' : (sort ?? 'greatest')
  return of > shown ? [{ kind: 'kept', column: column.name, shown, of, by }] : []
}
