/**
 * Wall time: what the clock of a zone shows, written as milliseconds as if it were UTC, and the way back.
 * The way back follows the summer time rule of src/lib/domain/schedule.ts: a time shown twice means its second
 * coming, a time jumped over means the first instant after the gap, also where the gap lies across midnight.
 */
const MINUTE_MS = 60_000
/** More than any zone lies from UTC, and more than any change of the clock. */
const REACH_MS = 27 * 60 * MINUTE_MS

export interface WallClock {
  wallOf(instant: number): number
  instantOf(wall: number): number
}

export function wallClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  const wallOf = (instant: number): number => {
    // "03/29/2026, 03:00:00"
    const text = format.format(instant)
    const part = (from: number, to: number): number => Number(text.slice(from, to))
    return Date.UTC(part(6, 10), part(0, 2) - 1, part(3, 5), part(12, 14), part(15, 17), part(18, 20))
  }
  const instantOf = (wall: number): number => {
    const offsets = [-REACH_MS, REACH_MS].map((reach) => wallOf(wall + reach) - (wall + reach))
    const shown = offsets.map((offset) => wall - offset).filter((instant) => wallOf(instant) === wall)
    return shown.length > 0 ? Math.max(...shown) : afterGap(wall, wallOf)
  }
  return { wallOf, instantOf }
}

/** The first whole minute at which the clock shows more than `wall`. */
function afterGap(wall: number, wallOf: (instant: number) => number): number {
  let before = wall - REACH_MS
  let after = wall + REACH_MS
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS
    if (wallOf(middle) > wall) after = middle
    else before = middle
  }
  return Math.ceil(after / MINUTE_MS) * MINUTE_MS
}
