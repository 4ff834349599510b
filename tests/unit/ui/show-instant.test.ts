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

it('every preset is a cron text that the server takes and that says the same', () => {
  for (const preset of PRESETS) expect(checkCron(preset.cron, 'Europe/Oslo', new Date()).ok, preset.cron).toBe(true)
  expect(PRESETS.map((preset) => describeCron(preset.cron))).toEqual(['Every hour', 'At 09:00, every day', 'At 09:00, Monday through Friday', 'At 09:00, only on Monday'])
})
