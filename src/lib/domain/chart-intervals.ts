/** Chart intervals: how wide a bar or a tile is on an axis of numbers or instants: its bin, else the least distance between two. Pure. */
import { TIME_UNITS, type AxisType, type TimeUnit } from './chart.ts'

export type Interval = readonly [from: number | string, to: number | string]
/** Null for a value that has no width of its own. */
export type IntervalOf = (value: unknown) => Interval | null

/** More than fit beside each other: they would be thinner than a line. */
const STEPS_MAX = 400
const GAP = 0.03

/** Null where marks are as wide as they are. */
export function intervalsOf(values: readonly unknown[], type: AxisType, bin: number | string | null): IntervalOf | null {
  if (type === 'quantitative') return numberIntervals(values.filter((value) => typeof value === 'number'), bin)
  return type === 'temporal' ? timeIntervals(values.filter((value) => typeof value === 'string').map((value) => Date.parse(value)), bin) : null
}

function numberIntervals(values: readonly number[], bin: number | string | null): IntervalOf | null {
  if (typeof bin === 'number') return (value) => (typeof value === 'number' ? [value + bin * GAP, value + bin * (1 - GAP)] : null)
  const sorted = [...new Set(values)].toSorted((a, b) => a - b)
  const [least = 0, greatest = 0] = [sorted[0], sorted.at(-1)]
  const step = sorted.reduce((found, value, at) => (at === 0 ? found : Math.min(found, value - (sorted[at - 1] ?? value))), Infinity)
  if ((greatest - least) / step > STEPS_MAX) return null
  const half = (Number.isFinite(step) ? step : 1) * 0.42
  return (value) => (typeof value === 'number' ? [value - half, value + half] : null)
}

function timeIntervals(values: readonly number[], bin: string | number | null): IntervalOf | null {
  const unit = TIME_UNITS.find((one) => one === bin) ?? unitOf(values)
  if (unit === null) return null
  return (value) => {
    if (typeof value !== 'string') return null
    const from = Date.parse(value)
    const span = nextUnit(from, unit) - from
    return [new Date(from + span * GAP).toISOString(), new Date(from + span * (1 - GAP)).toISOString()]
  }
}

const MS: Partial<Record<TimeUnit, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 }
const MONTHS: Partial<Record<TimeUnit, number>> = { month: 1, quarter: 3, year: 12 }

/** The longest unit at whose beginnings they all are; null when they would be too thin, or are not at any. */
function unitOf(values: readonly number[]): TimeUnit | null {
  const isAt = (unit: TimeUnit) => values.every((value) => startsUnit(value, unit))
  const unit = (['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const).find(isAt) ?? null
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  return unit === null || (greatest - least) / (nextUnit(least, unit) - least) > STEPS_MAX ? null : unit
}

const MONDAY_MS = 4 * 86_400_000
function startsUnit(ms: number, unit: TimeUnit): boolean {
  const length = MS[unit]
  if (length !== undefined) return (ms - (unit === 'week' ? MONDAY_MS : 0)) % length === 0
  const date = new Date(ms)
  return ms % 86_400_000 === 0 && date.getUTCDate() === 1 && date.getUTCMonth() % (MONTHS[unit] ?? 1) === 0
}

export function nextUnit(ms: number, unit: TimeUnit): number {
  const length = MS[unit]
  if (length !== undefined) return ms + length
  const date = new Date(ms)
  date.setUTCMonth(date.getUTCMonth() + (MONTHS[unit] ?? 1))
  return date.getTime()
}
