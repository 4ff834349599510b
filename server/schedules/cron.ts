/**
 * Cron: the only place that knows croner and cronstrue. Texts have five fields and a minute is the smallest
 * period; zones are IANA names (a wrong one makes croner throw only when it is asked for an instant, so
 * `checkZone` looks first). Schedules that name times of day are walked on the wall clock and brought back by
 * wall-time.ts, because croner 11 forgets a day where the clock jumps over midnight (America/Nuuk);
 * all others go by real time, as croner does.
 */
import { Cron } from 'croner'
import cronstrue from 'cronstrue'
import { CATCH_UP_MAX, type Fires } from '#lib/domain/schedule.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { isShownTwice, offsetText } from '#lib/domain/zone-offset.ts'
import { problemOfCron } from './cron-problem.ts'
import { wallClock } from './wall-time.ts'

export const FIRES_MAX = 2000
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** More than summer time sets a clock forward or back anywhere. */
const CHANGE_MS = 4 * HOUR_MS
const DAYS_AHEAD_FOR_NOTES = 370

interface FireClock {
  /** The first instant after `after`, or null when there is none. */
  next(after: Date): Date | null
  /** Whether the clock of the zone really shows the wanted time then; false just after a gap. */
  isShown(at: Date): boolean
}

const namesTimesOfDay = (cron: string): boolean => !/[*/]/.test(cron.split(' ').slice(0, 2).join(' '))
const croner = (cron: string, zone: string): Cron => new Cron(cron, { timezone: zone, mode: '5-part', paused: true })

function fireClock(cron: string, zone: string): FireClock {
  const job = croner(cron, zone)
  if (!namesTimesOfDay(cron)) return { next: (after) => job.nextRun(after), isShown: () => true }
  const walls = croner(cron, 'UTC')
  const clock = wallClock(zone)
  const offsetAt = (instant: number): number => clock.wallOf(instant) - instant
  return {
    isShown: (at) => walls.match(new Date(clock.wallOf(at.getTime()))),
    next: (after) => {
      const now = after.getTime()
      // A few hours back where the wall clock was or will be changed in so many: times may come twice. Not always: of a schedule of very many times a day these are hundreds of steps.
      const [before, later] = [offsetAt(now - CHANGE_MS), offsetAt(now + CHANGE_MS)]
      const back = before === later && before === offsetAt(now) ? 0 : CHANGE_MS
      let wall = walls.nextRun(new Date(clock.wallOf(now) - back))
      while (wall !== null) {
        const instant = clock.instantOf(wall.getTime())
        if (instant > now) return new Date(instant)
        wall = walls.nextRun(wall)
      }
      return null
    },
  }
}

export function checkZone(zone: string): Outcome<string, 'zone-invalid'> {
  const sentence = `“${zone.slice(0, 60)}” is not a time zone. Use a name such as Europe/Oslo or UTC.`
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone) || zone.length > 60) return refuse('zone-invalid', sentence)
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    return accept(zone.toLowerCase() === resolved.toLowerCase() ? resolved : zone)
  } catch {
    return refuse('zone-invalid', sentence)
  }
}

export function checkCron(text: string, zone: string, now: Date): Outcome<{ cron: string; zone: string }, 'cron-invalid' | 'zone-invalid'> {
  const checked = checkZone(zone)
  if (!checked.ok) return checked
  const problem = problemOfCron(text)
  if (problem !== null) return refuse('cron-invalid', problem)
  const cron = text.trim().split(/\s+/).join(' ').toUpperCase()
  try {
    if (fireClock(cron, checked.value).next(now) === null) return refuse('cron-invalid', 'That day never comes: no month has it. Choose another day or month.')
  } catch {
    return refuse('cron-invalid', `“${cron}” cannot be read. Write five fields, such as 0 9 * * 1-5 for 09:00 from Monday to Friday.`)
  }
  return accept({ cron, zone: checked.value })
}

/** `At 09:00, Monday through Friday`. The cron text must have been checked. */
export function describeCron(cron: string): string {
  const words = cronstrue.toString(cron, { use24HourTimeFormat: true })
  const [, , day, month, weekday] = cron.split(' ')
  if (day === '*' && month === '*' && weekday === '*' && words.startsWith('At ')) return `${words}, every day`
  // Either of the two days is enough in cron, and "and" would say the opposite.
  return day !== '*' && weekday !== '*' ? words.replace(', and ', ', or ') : words
}

export const nextFire = (cron: string, zone: string, after: Date): Date | null => fireClock(cron, zone).next(after)

export function nextFires(cron: string, zone: string, after: Date, count: number): Date[] {
  const clock = fireClock(cron, zone)
  const fires: Date[] = []
  for (let at = clock.next(after); at !== null && fires.length < count; at = clock.next(at)) fires.push(at)
  return fires
}

/** What summer time does to a schedule within about a year, as sentences; of one of very many times a day, within as long as FIRES_MAX of them take. */
export function describeClockChanges(cron: string, zone: string, now: Date): string[] {
  if (!namesTimesOfDay(cron)) return []
  const clock = fireClock(cron, zone)
  const end = new Date(now.getTime() + DAYS_AHEAD_FOR_NOTES * DAY_MS)
  return list(clock, now, end).flatMap((at) => {
    if (!clock.isShown(at)) return [`On ${dayText(at, zone)} the clock jumps over this time: it runs once, at ${timeText(at, zone)}.`]
    if (isShownTwice(at, zone)) return [`On ${dayText(at, zone)} this time comes twice: it runs once, the second time (${timeText(at, zone)} ${offsetText(at, zone)}).`]
    return []
  })
}

/**
 * The instants in (after, until]. Of more than FIRES_MAX the newest are listed and the rest is named by its range;
 * only so many of the last days are walked then as hold enough of them, so that a long downtime of an
 * every-minute schedule does not hold the worker up.
 */
export function firesBetween(cron: string, zone: string, after: Date, until: Date): Fires {
  const clock = fireClock(cron, zone)
  const instants = list(clock, after, until)
  if (instants.length <= FIRES_MAX) return { instants, omitted: null }
  let newest: Date[] = []
  for (const days of [2, 35, 370]) {
    const from = new Date(Math.max(after.getTime(), until.getTime() - days * DAY_MS))
    newest = list(clock, from, until, Number.POSITIVE_INFINITY).slice(-FIRES_MAX)
    if (newest.length >= CATCH_UP_MAX) break
  }
  return { instants: newest, omitted: { first: instants[0]!, before: newest[0] ?? until } }
}

/** The instants in (after, until]; stops after one more than FIRES_MAX unless told otherwise. */
function list(clock: FireClock, after: Date, until: Date, most = FIRES_MAX): Date[] {
  const instants: Date[] = []
  for (let at = clock.next(after); at !== null && at <= until && instants.length <= most; at = clock.next(at)) instants.push(at)
  return instants
}

const dayText = (at: Date, zone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at)
const timeText = (at: Date, zone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at)
