/** F19: what runs at a change of the clock is the published rule, for every change of two years in many zones, of five at night. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { nextFire } from '#server/schedules/cron.ts'
import { dueInstants, Wall, type Pattern } from './dst-oracle.ts'

const ZONES = [
  'Europe/Paris', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe', 'Europe/Oslo', 'Europe/London', 'America/St_Johns',
  'America/Santiago', 'America/Havana', 'Atlantic/Azores', 'Pacific/Auckland', 'Pacific/Chatham', 'Australia/Sydney',
  'Asia/Beirut', 'Asia/Jerusalem', 'Africa/Casablanca', 'America/Nuuk', 'Asia/Kolkata', 'Asia/Kathmandu', 'UTC',
]
const FROM = new Date('2024-01-01T00:00:00Z')
const YEARS = process.env.NIGHT === '1' ? 5 : 2
const UNTIL = new Date(`${2024 + YEARS}-01-01T00:00:00Z`)
const HOUR = 3_600_000
const DAY = 24 * HOUR

const walls = new Map<string, Wall>()
const changes: { zone: string; at: number }[] = []
beforeAll(() => {
  for (const zone of ZONES) {
    const wall = new Wall(zone, FROM, UNTIL)
    walls.set(zone, wall)
    changes.push(...wall.changes().map((at) => ({ zone, at })))
  }
}, 120_000)

const range = (from: number, to: number, step = 1): number[] => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)

interface Case { cron: string; pattern: Pattern }
const caseOf = (minute: string, minutes: number[], hour: string, hours: number[], weekdays: number[] | null): Case => ({
  cron: `${minute} ${hour} * * ${weekdays === null ? '*' : weekdays.join(',')}`,
  pattern: {
    minutes: new Set(minutes), hours: new Set(hours), weekdays: weekdays === null ? null : new Set(weekdays),
    isFixed: !/[*/]/.test(minute + hour),
  },
})

const some = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 }).map((list) => list.sort((a, b) => a - b))
const field = (max: number, steps: number[]) => fc.oneof(
  some(max).map((list) => ({ text: list.join(','), values: list })),
  fc.constantFrom(...steps).map((step) => ({ text: `*/${step}`, values: range(0, max, step) })),
  fc.constant({ text: '*', values: range(0, max) }),
)
const cases = fc.record({
  minute: field(59, [5, 15, 20, 30]),
  hour: field(23, [2, 3, 6]),
  weekdays: fc.option(some(6), { freq: 4 }),
}).map(({ minute, hour, weekdays }) => caseOf(minute.text, minute.values, hour.text, hour.values, weekdays))

const DAILY = range(0, 23).flatMap((hour) => [0, 30].map((minute) => caseOf(`${minute}`, [minute], `${hour}`, [hour], null)))
const OFTEN = [
  caseOf('*/15', range(0, 59, 15), '*', range(0, 23), null),
  caseOf('0', [0], '*', range(0, 23), null),
  caseOf('*', range(0, 59), '*', range(0, 23), null),
]

/** The first difference between what croner fires and what the rule says, or null. */
function difference({ cron, pattern }: Case, zone: string, after: number, until: number): string | null {
  const expected = dueInstants(pattern, walls.get(zone)!, after, until)
  let at: Date | null = new Date(after)
  for (const instant of [...expected, null]) {
    at = nextFire(cron, zone, at ?? new Date(after))
    const fired = at === null || at.getTime() > until ? null : at.getTime()
    if (fired !== instant) return `${cron} in ${zone}: the rule says ${text(instant)}, it fired ${text(fired)}`
  }
  return null
}

const text = (at: number | null): string => (at === null ? 'nothing more' : new Date(at).toISOString())

describe('F19 summer time', () => {
  it('has real changes of the clock to look at', () => {
    expect(changes.length).toBeGreaterThan(30 * YEARS)
    expect(new Set(changes.map((change) => change.zone)).size).toBeGreaterThanOrEqual(15)
  })

  it('F19 daily schedules follow the rule around every change', () => {
    for (const { zone, at } of changes) {
      for (const daily of DAILY) {
        expect(difference(daily, zone, at - 26 * HOUR, at + 26 * HOUR)).toBeNull()
      }
    }
  }, 300_000)

  it('F19 hourly, every 15 minutes and every minute go by real time around every change', () => {
    for (const { zone, at } of changes) {
      for (const often of OFTEN) {
        expect(difference(often, zone, at - 5 * HOUR, at + 5 * HOUR)).toBeNull()
      }
    }
  }, 300_000)

  it('F19 any schedule, around any change', () => {
    fc.assert(fc.property(fc.nat(), cases, (n, one) => {
      const { zone, at } = changes[n % changes.length]!
      expect(difference(one, zone, at - 2 * DAY, at + DAY)).toBeNull()
    }), { numRuns: 300 })
  }, 300_000)

  it(`F19 ${YEARS} whole years, daily in ten zones, hourly on Lord Howe`, () => {
    const [from, until] = [FROM.getTime() + DAY, UNTIL.getTime() - DAY]
    for (const zone of ZONES.slice(0, 10)) expect(difference(caseOf('30', [30], '2', [2], null), zone, from, until)).toBeNull()
    expect(difference(OFTEN[1]!, 'Australia/Lord_Howe', from, until)).toBeNull()
  }, 300_000)
})
