/** Chart steps: how wide the bins of numbers and instants are. Round widths, and never more steps than can be told apart. */
import { CATEGORIES_MAX, TIME_UNITS, type Bin, type TimeUnit } from '#lib/domain/chart.ts'
import type { Group } from './chart-roles.ts'
import { isNumber, type Range } from './chart-survey.ts'

const BINS = 40
const UNITS_MAX = 400
const HOUR_MS = 3_600_000
const UNIT_MS: Record<TimeUnit, number> = {
  second: 1000, minute: 60_000, hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 730 * HOUR_MS, quarter: 2191 * HOUR_MS, year: 8766 * HOUR_MS,
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10
  return Number((factor * power).toPrecision(6))
}

/** Divided before it is subtracted: the span of all doubles is none. */
export const stepFor = ({ least, greatest }: Range, most: number): number => niceStep(greatest / most - least / most)

/** A quarter is not chosen without being asked for: it is for people who think in quarters. */
export const unitFor = ({ least, greatest }: Range, most: number): TimeUnit => TIME_UNITS.find((unit) => unit !== 'quarter' && (greatest - least) / UNIT_MS[unit] <= most) ?? 'year'

/** A width says nothing of instants, nor a month of numbers: then it is as fits. */
export function fittingBin(group: Group, bin: Bin | undefined): Bin | undefined {
  if (bin === undefined || bin === 'none') return bin
  return (typeof bin === 'number') === isNumber(group) ? bin : undefined
}

export function autoBin(group: Group, range: Range, most: number): number | TimeUnit | null {
  if (range.different <= Math.min(CATEGORIES_MAX, most) || !(range.greatest > range.least)) return null
  return isNumber(group) ? stepFor(range, Math.min(BINS, most)) : unitFor(range, Math.min(UNITS_MAX, most))
}

/** A sentence when the bin that was chosen makes more steps than can be drawn. */
export function tooFine(group: Group, range: Range, bin: number | TimeUnit | null, most: number): string | null {
  const { least, greatest, different } = range
  const across = bin === null ? Infinity : typeof bin === 'number' ? greatest / bin - least / bin : (greatest - least) / UNIT_MS[bin]
  const steps = Math.ceil(Math.min(different, across))
  if (steps <= most) return null
  const what = bin === null ? `“${group.column.name}” has about ${steps.toLocaleString('en')} different values` : `This bin makes about ${steps.toLocaleString('en')} steps`
  const fitting = isNumber(group) ? `${stepFor(range, most)} or more` : `a ${unitFor(range, most)} or more`
  return `${what}; at most ${most.toLocaleString('en')} can be drawn. Choose a bin of ${fitting}.`
}
