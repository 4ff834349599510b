/** Instants are shown on the clock of the schedule's zone, not of the browser's. */
import { expect, it } from 'vitest'
import { PRESETS } from '#lib/ui/schedule/presets.ts'
import { showInstant } from '#lib/ui/schedule/show-instant.ts'
import { checkCron, describeCron } from '#server/schedules/cron.ts'

it('shows day and time in the zone, with the year only when it is another', () => {
  const now = new Date('2026-11-24T07:00:00Z')
  expect(showInstant('2026-11-24T08:00:00Z', 'Europe/Oslo', now)).toBe('Tue 24 Nov 09:00')
  expect(showInstant('2026-11-24T08:00:00Z', 'Australia/Lord_Howe', now)).toBe('Tue 24 Nov 19:00')
  expect(showInstant('2026-12-31T23:30:00Z', 'Europe/Oslo', now)).toBe('Fri 1 Jan 2027 00:30')
})

it('says the offset where the clock shows a time twice, and only there', () => {
  const now = new Date('2026-06-01T07:00:00Z')
  const show = (zone: string, ...at: string[]) => at.map((one) => showInstant(one, zone, now))
  expect(show('Europe/Berlin', '2026-10-24T23:45:00Z', '2026-10-25T00:00:00Z', '2026-10-25T00:45:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:45:00Z', '2026-10-25T02:00:00Z')).toEqual([
    'Sun 25 Oct 01:45', 'Sun 25 Oct 02:00 UTC+2', 'Sun 25 Oct 02:45 UTC+2', 'Sun 25 Oct 02:00 UTC+1', 'Sun 25 Oct 02:45 UTC+1', 'Sun 25 Oct 03:00',
  ])
  expect(show('Australia/Lord_Howe', '2026-04-04T14:15:00Z', '2026-04-04T14:30:00Z', '2026-04-04T15:00:00Z', '2026-04-04T15:30:00Z')).toEqual([
    'Sun 5 Apr 01:15', 'Sun 5 Apr 01:30 UTC+11', 'Sun 5 Apr 01:30 UTC+10:30', 'Sun 5 Apr 02:00',
  ])
  expect(show('America/St_Johns', '2026-11-01T03:45:00Z', '2026-11-01T04:45:00Z')).toEqual(['Sun 1 Nov 01:15 UTC-2:30', 'Sun 1 Nov 01:15 UTC-3:30'])
  // In spring an hour is missing and none comes twice.
  expect(show('Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z')).toEqual(['Sun 29 Mar 01:30', 'Sun 29 Mar 03:00'])
})

it('every preset is a cron text that the server takes and that says the same', () => {
  for (const preset of PRESETS) expect(checkCron(preset.cron, 'Europe/Oslo', new Date()).ok, preset.cron).toBe(true)
  expect(PRESETS.map((preset) => describeCron(preset.cron))).toEqual(['Every hour', 'At 09:00, every day', 'At 09:00, Monday through Friday', 'At 09:00, only on Monday'])
})
