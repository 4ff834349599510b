/**
 * The oracle of the summer time rule, independent of croner: it walks every minute of real time, asks
 * Intl what the wall shows, and applies the sentences of src/lib/domain/schedule.ts literally.
 * (Intl is asked once per quarter of an hour: since 1980 no zone here has changed its offset at another minute.)
 */
const MINUTE = 60_000
const QUARTER = 15 * MINUTE

export interface Pattern {
  minutes: ReadonlySet<number>
  hours: ReadonlySet<number>
  /** Null: every day of the week. */
  weekdays: ReadonlySet<number> | null
  /** Minute and hour name times of day: no `*` and no step in them. */
  isFixed: boolean
}

/** The offset of a zone from UTC in ms, by quarter of an hour. */
export class Wall {
  readonly from: number
  readonly offsets: Int32Array

  constructor(zone: string, from: Date, until: Date) {
    this.from = from.getTime()
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
    })
    this.offsets = new Int32Array((until.getTime() - this.from) / QUARTER + 1)
    for (let i = 0; i < this.offsets.length; i++) this.offsets[i] = offsetOf(format, this.from + i * QUARTER)
  }

  /** The wall clock at an instant, as if it were UTC. */
  at(instant: number): number {
    return instant + this.offsets[Math.floor((instant - this.from) / QUARTER)]!
  }

  /** The instants at which the offset changes. */
  changes(): number[] {
    const found: number[] = []
    for (let i = 1; i < this.offsets.length; i++) if (this.offsets[i] !== this.offsets[i - 1]) found.push(this.from + i * QUARTER)
    return found
  }
}

function offsetOf(format: Intl.DateTimeFormat, instant: number): number {
  // "03/29/2026, 03:00"
  const text = format.format(instant)
  const wall = Date.UTC(+text.slice(6, 10), +text.slice(0, 2) - 1, +text.slice(3, 5), +text.slice(12, 14), +text.slice(15, 17))
  return wall - instant
}

const matches = (pattern: Pattern, wall: number): boolean => {
  const minuteOfDay = Math.floor(wall / MINUTE) % 1440
  if (!pattern.minutes.has(minuteOfDay % 60) || !pattern.hours.has(Math.floor(minuteOfDay / 60))) return false
  return pattern.weekdays === null || pattern.weekdays.has((Math.floor(wall / (1440 * MINUTE)) + 4) % 7)
}

/** The instants in (after, until] at which the pattern is due by the rule. Both are whole minutes. */
export function dueInstants(pattern: Pattern, wall: Wall, after: number, until: number): number[] {
  const found: number[] = []
  for (let instant = after + MINUTE; instant <= until; instant += MINUTE) {
    if (isDue(pattern, wall, instant)) found.push(instant)
  }
  return found
}

function isDue(pattern: Pattern, wall: Wall, instant: number): boolean {
  const now = wall.at(instant)
  const before = wall.at(instant - MINUTE)
  if (!pattern.isFixed) return matches(pattern, now)
  // Jumped over: any minute that the wall left out between the last instant and this one.
  for (let skipped = before + MINUTE; skipped < now; skipped += MINUTE) if (matches(pattern, skipped)) return true
  return matches(pattern, now) && !isShownAgain(wall, instant, now)
}

/** Whether the wall shows the same minute again, in the 26 hours after. */
function isShownAgain(wall: Wall, instant: number, now: number): boolean {
  const offset = now - instant
  const end = Math.min(wall.from + (wall.offsets.length - 1) * QUARTER, instant + 26 * 60 * MINUTE)
  for (let at = instant; at <= end; at += QUARTER) {
    const laterOffset = wall.at(at) - at
    if (laterOffset === offset) continue
    const later = now - laterOffset
    if (later > instant && later <= end && wall.at(later) === now) return true
  }
  return false
}
