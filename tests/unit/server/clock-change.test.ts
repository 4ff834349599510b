/** F19: what four common cron texts do on the days when the clock changes, as tables of what the wall shows. */
import { describe, expect, it } from 'vitest'
import { firesBetween, nextFires } from '#server/schedules/cron.ts'

/** Two days around each change of the clock, so that the days beside it are looked at too. */
interface Change { zone: string; day: string; from: string; until: string }
const CHANGES = {
  berlinSpring: { zone: 'Europe/Berlin', day: '2026-03-29', from: '2026-03-28T12:00:00Z', until: '2026-03-30T12:00:00Z' },
  berlinAutumn: { zone: 'Europe/Berlin', day: '2026-10-25', from: '2026-10-24T12:00:00Z', until: '2026-10-26T12:00:00Z' },
  newYorkSpring: { zone: 'America/New_York', day: '2026-03-08', from: '2026-03-07T12:00:00Z', until: '2026-03-09T12:00:00Z' },
  newYorkAutumn: { zone: 'America/New_York', day: '2026-11-01', from: '2026-10-31T12:00:00Z', until: '2026-11-02T12:00:00Z' },
  lordHoweSpring: { zone: 'Australia/Lord_Howe', day: '2026-10-04', from: '2026-10-03T00:00:00Z', until: '2026-10-05T00:00:00Z' },
  lordHoweAutumn: { zone: 'Australia/Lord_Howe', day: '2026-04-05', from: '2026-04-04T00:00:00Z', until: '2026-04-06T00:00:00Z' },
  none: { zone: 'Asia/Kolkata', day: '2026-03-29', from: '2026-03-28T12:00:00Z', until: '2026-03-30T12:00:00Z' },
} satisfies Record<string, Change>

const wallOf = (at: Date, zone: string): string => {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at)
  const offset = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at).find((part) => part.type === 'timeZoneName')!.value
  return `${parts} ${offset.replace('GMT', '')}`
}
const fires = (cron: string, { zone, from, until }: Change): Date[] => firesBetween(cron, zone, new Date(from), new Date(until)).instants
const onTheDay = (cron: string, change: Change): string[] =>
  fires(cron, change).map((at) => wallOf(at, change.zone)).filter((wall) => wall.startsWith(change.day)).map((wall) => wall.slice(11))

describe('F19 schedules that name times of day', () => {
  const TABLE: [keyof typeof CHANGES, string, string[]][] = [
    ['berlinSpring', '30 2 * * *', ['03:00 +2']],
    ['berlinSpring', '0 3 * * *', ['03:00 +2']],
    ['berlinSpring', '30 1,2 * * *', ['01:30 +1', '03:00 +2']],
    ['berlinSpring', '0 2,3 * * *', ['03:00 +2']],
    ['berlinAutumn', '30 2 * * *', ['02:30 +1']],
    ['berlinAutumn', '0 3 * * *', ['03:00 +1']],
    ['berlinAutumn', '30 1,2 * * *', ['01:30 +2', '02:30 +1']],
    ['newYorkSpring', '30 2 * * *', ['03:00 -4']],
    ['newYorkSpring', '0 3 * * *', ['03:00 -4']],
    ['newYorkSpring', '30 1,2 * * *', ['01:30 -5', '03:00 -4']],
    ['newYorkAutumn', '30 2 * * *', ['02:30 -5']],
    ['newYorkAutumn', '0 3 * * *', ['03:00 -5']],
    ['newYorkAutumn', '30 1,2 * * *', ['01:30 -5', '02:30 -5']],
    ['lordHoweSpring', '30 2 * * *', ['02:30 +11']],
    ['lordHoweSpring', '15 2 * * *', ['02:30 +11']],
    ['lordHoweSpring', '0 3 * * *', ['03:00 +11']],
    ['lordHoweSpring', '30 1,2 * * *', ['01:30 +10:30', '02:30 +11']],
    ['lordHoweAutumn', '30 2 * * *', ['02:30 +10:30']],
    ['lordHoweAutumn', '45 1 * * *', ['01:45 +10:30']],
    ['lordHoweAutumn', '0 3 * * *', ['03:00 +10:30']],
    ['lordHoweAutumn', '30 1,2 * * *', ['01:30 +10:30', '02:30 +10:30']],
    ['none', '30 2 * * *', ['02:30 +5:30']],
    ['none', '30 1,2 * * *', ['01:30 +5:30', '02:30 +5:30']],
  ]
  it.each(TABLE)('%s %s', (name, cron, walls) => {
    expect(onTheDay(cron, CHANGES[name])).toEqual(walls)
  })

  it('finds the second coming also when it is asked between the two', () => {
    const between = new Date('2026-10-25T00:45:00Z')
    expect(nextFires('30 2 * * *', 'Europe/Berlin', between, 2).map((at) => at.toISOString())).toEqual(['2026-10-25T01:30:00.000Z', '2026-10-26T01:30:00.000Z'])
  })
})

describe('F19 a schedule that goes by real time', () => {
  it.each(Object.entries(CHANGES))('%s: */15 is due every fifteen minutes', (_, change) => {
    const instants = fires('*/15 * * * *', change)
    expect(instants).toHaveLength(2 * 24 * 4)
    expect(new Set(instants.slice(1).map((at, i) => at.getTime() - instants[i]!.getTime()))).toEqual(new Set([15 * 60_000]))
  })
  it('shows each quarter of the double hour twice and none of the missing one', () => {
    expect(onTheDay('*/15 * * * *', CHANGES.berlinAutumn).filter((wall) => wall.startsWith('02:'))).toEqual(
      ['02:00 +2', '02:15 +2', '02:30 +2', '02:45 +2', '02:00 +1', '02:15 +1', '02:30 +1', '02:45 +1'])
    expect(onTheDay('*/15 * * * *', CHANGES.berlinSpring).filter((wall) => wall.startsWith('02:'))).toEqual([])
  })
})

describe('F19 none twice, none lost', () => {
  const CRONS = ['*/15 * * * *', '30 2 * * *', '0 3 * * *', '30 1,2 * * *']
  const cases = Object.entries(CHANGES).flatMap(([name, change]) => CRONS.map((cron) => [name, cron, change] as const))
  it.each(cases)('%s %s: strictly increasing, and the same from wherever one begins to ask', (_, cron, change) => {
    const instants = fires(cron, change).map((at) => at.getTime())
    expect(instants.length).toBeGreaterThan(1)
    expect(instants.every((at, i) => i === 0 || at > instants[i - 1]!)).toBe(true)
    for (let asked = Date.parse(change.from); asked < instants.at(-1)!; asked += 5 * 60_000) {
      expect(nextFires(cron, change.zone, new Date(asked), 1)[0]?.getTime()).toBe(instants.find((at) => at > asked))
    }
  })
  it('settling minute by minute meets each due instant once', () => {
    const { zone, from, until } = CHANGES.berlinAutumn
    const met: string[] = []
    for (let at = Date.parse(from); at < Date.parse(until); at += 60_000) {
      met.push(...firesBetween('30 1,2 * * *', zone, new Date(at), new Date(at + 60_000)).instants.map((one) => one.toISOString().slice(5, 16)))
    }
    expect(met).toEqual(['10-24T23:30', '10-25T01:30', '10-26T00:30', '10-26T01:30'])
  })
})
