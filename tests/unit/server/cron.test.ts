/** B5: a cron text is refused with a sentence that helps, or its next instants are shown. */
import { describe, expect, it } from 'vitest'
import { checkCron, checkZone, describeClockChanges, describeCron, firesBetween, FIRES_MAX, nextFires } from '#server/schedules/cron.ts'

const NOW = new Date('2025-11-24T08:00:00Z')

describe('B5 refused with a sentence', () => {
  const REFUSED: [string, RegExp][] = [
    ['61 * * * *', /61 is not a minute: use 0 to 59/],
    ['* 24 * * *', /24 is not an hour: use 0 to 23/],
    ['* * 31 2 *', /That day never comes/],
    ['0 0 * * * *', /6 fields; leave the seconds/],
    ['* * * * * *', /once a minute/],
    ['0 0 0 1 1 * 2030', /7 fields/],
    ['*/0 * * * *', /step of the minute is 1 to 59/],
    ['*/100 * * * *', /step of the minute is 1 to 59/],
    ['5/15 * * * *', /A step needs a range/],
    ['@daily', /Write 0 0 \* \* \* instead/],
    ['@reboot', /five fields instead/],
    ['', /Write five fields/],
    ['   ', /Write five fields/],
    ['0 9', /are 2 fields and there must be five/],
    ['tomorrow', /is 1 field and there must be five/],
    ['a b c d e', /“A” is not a minute/],
    ['0 9 * * FUNDAY', /“FUNDAY” is not a day of the week/],
    ['0 9 * * MON-', /is not a day of the week/],
    ['0 9 10-5 * *', /goes backwards/],
    ['0,,5 * * * *', /missing beside a comma/],
    ['0 9 * * 8', /8 is not a day of the week: use 0 to 7/],
    ['0 9 0 * *', /0 is not a day of the month/],
    ['-5 * * * *', /is not a minute/],
    ['1e3 * * * *', /is not a minute/],
    ['٣ * * * *', /is not a minute/],
    ['0 9 * * *; rm -rf /', /fields/],
    ['1-2-3 * * * *', /is not a minute/],
    ['*'.repeat(10_240), /at most 200 characters/],
  ]
  it.each(REFUSED)('%j', (text, sentence) => {
    const outcome = checkCron(text, 'Europe/Oslo', NOW)
    expect(outcome.ok).toBe(false)
    if (outcome.ok) return
    expect(outcome.reason).toBe('cron-invalid')
    expect(outcome.message).toMatch(sentence)
    expect(outcome.message).toMatch(/[.]$/)
    expect(outcome.message.length).toBeLessThan(250)
  })
})

describe('B5 accepted, in words and with the next instants', () => {
  const ACCEPTED: [string, string, string, string[]][] = [
    ['0 9 * * 1-5', '0 9 * * 1-5', 'At 09:00, Monday through Friday', ['2025-11-25T08:00', '2025-11-26T08:00', '2025-11-27T08:00']],
    ['0 9 * * mon-fri', '0 9 * * MON-FRI', 'At 09:00, Monday through Friday', ['2025-11-25T08:00', '2025-11-26T08:00', '2025-11-27T08:00']],
    ['  */15  * * * * ', '*/15 * * * *', 'Every 15 minutes', ['2025-11-24T08:15', '2025-11-24T08:30', '2025-11-24T08:45']],
    ['* * * * *', '* * * * *', 'Every minute', ['2025-11-24T08:01', '2025-11-24T08:02', '2025-11-24T08:03']],
    ['0 * * * *', '0 * * * *', 'Every hour', ['2025-11-24T09:00', '2025-11-24T10:00', '2025-11-24T11:00']],
    ['0 0 29 2 *', '0 0 29 2 *', 'At 00:00, on day 29 of the month, only in February', ['2028-02-28T23:00', '2032-02-28T23:00', '2036-02-28T23:00']],
    ['30 6 L * *', '30 6 L * *', 'At 06:30, on the last day of the month', ['2025-11-30T05:30', '2025-12-31T05:30', '2026-01-31T05:30']],
    ['0 9 1 * MON', '0 9 1 * MON', 'At 09:00, on day 1 of the month, or on Monday', ['2025-12-01T08:00', '2025-12-08T08:00', '2025-12-15T08:00']],
  ]
  it.each(ACCEPTED)('%j', (text, cron, sentence, fires) => {
    expect(checkCron(text, 'Europe/Oslo', NOW)).toEqual({ ok: true, value: { cron, zone: 'Europe/Oslo' } })
    expect(describeCron(cron)).toBe(sentence)
    expect(nextFires(cron, 'Europe/Oslo', NOW, 3).map((at) => at.toISOString().slice(0, 16))).toEqual(fires)
  })
})

describe('zones', () => {
  it.each(['Europe/Atlantis', '+02:00', '', 'Europe/Oslo; drop', '../etc/passwd', 'x'.repeat(100)])('%j is refused', (zone) => {
    expect(checkZone(zone)).toMatchObject({ ok: false, reason: 'zone-invalid' })
    expect(checkCron('0 9 * * *', zone, NOW)).toMatchObject({ ok: false, reason: 'zone-invalid' })
  })
  it.each([['europe/oslo', 'Europe/Oslo'], ['UTC', 'UTC'], ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'], ['Etc/GMT+5', 'Etc/GMT+5']])('%j is taken', (zone, name) => {
    expect(checkZone(zone)).toMatchObject({ ok: true })
    expect(name.toLowerCase()).toBe((checkZone(zone) as { value: string }).value.toLowerCase())
  })
})

describe('what the dialog says', () => {
  it('names the days on which the clock jumps over the time or shows it twice', () => {
    expect(describeClockChanges('30 2 * * *', 'Europe/Oslo', NOW)).toEqual([
      'On Sun, 29 Mar 2026 the clock jumps over this time: it runs once, at 03:00.',
      'On Sun, 25 Oct 2026 this time comes twice: it runs once, the second time (02:30 UTC+1).',
    ])
    expect(describeClockChanges('0 9 * * *', 'Europe/Oslo', NOW)).toEqual([])
    expect(describeClockChanges('*/15 * * * *', 'Europe/Oslo', NOW)).toEqual([])
  })
})

describe('F20 a very long downtime', () => {
  it('lists the newest instants and names the range of the others', () => {
    const { instants, omitted } = firesBetween('* * * * *', 'UTC', new Date('2025-01-01T00:00:00Z'), NOW)
    expect(instants).toHaveLength(FIRES_MAX)
    expect(instants.at(-1)).toEqual(NOW)
    expect(omitted?.first.toISOString()).toBe('2025-01-01T00:01:00.000Z')
    expect(omitted?.before).toEqual(instants[0])
  })
  it('finds the newest of a schedule that rests most of the year', () => {
    const { instants } = firesBetween('* * 1-3 1 *', 'UTC', new Date('2023-12-01T00:00:00Z'), NOW)
    expect(instants.at(-1)?.toISOString()).toBe('2025-01-03T23:59:00.000Z')
  })
})
