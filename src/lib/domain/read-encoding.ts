/** Read encoding: a chart's choice as it comes from a document, a store or a browser, any of which anybody may have written. Pure. */
import { AGGREGATES, MARKS, SORTS, STACKS, TIME_UNITS, type Aggregate, type Bin, type ChartEncoding, type Measure } from './chart.ts'
import { readFilter } from './row-filter.ts'

const NAME_MAX = 1000

/** Null when it says nothing that can be drawn. Unknown fields are dropped; what is optional and not understood is as fits. */
export function readEncoding(value: unknown): ChartEncoding | null {
  if (typeof value !== 'object' || value === null) return null
  const { mark, x, y, color, aggregate, size, facet, bin, sort, stack, filter } = value as Record<string, unknown>
  const [knownMark, knownAggregate] = [oneOf(MARKS, mark), oneOf(AGGREGATES, aggregate)]
  if (knownMark === undefined || knownAggregate === undefined || !isName(x)) return null
  const [knownSize, knownBin, knownSort, knownStack, knownFilter] = [readMeasure(size), readBin(bin), oneOf(SORTS, sort), oneOf(STACKS, stack), readFilter(filter)]
  return {
    mark: knownMark, x, y: isName(y) ? y : null, color: isName(color) ? color : null, aggregate: knownAggregate,
    ...(knownSize !== null && { size: knownSize }), ...(isName(facet) && { facet }), ...(knownBin !== null && { bin: knownBin }),
    ...(knownSort !== undefined && { sort: knownSort }), ...(knownStack !== undefined && { stack: knownStack }), ...(knownFilter.length > 0 && { filter: knownFilter }),
  }
}

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined => known.find((one) => one === value)
const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= NAME_MAX

function readMeasure(value: unknown): Measure | null {
  if (typeof value !== 'object' || value === null) return null
  const { column, aggregate } = value as { column?: unknown; aggregate?: unknown }
  const known: Aggregate | undefined = oneOf(AGGREGATES, aggregate)
  if (known === undefined) return null
  if (known === 'count') return { column: null, aggregate: known }
  return isName(column) ? { column, aggregate: known } : null
}

function readBin(value: unknown): Bin | null {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : null
  return value === 'none' ? value : (oneOf(TIME_UNITS, value) ?? null)
}
