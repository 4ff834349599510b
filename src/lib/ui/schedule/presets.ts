/** The four schedules that most people want, saved by one press. Anything else is a cron text. */
export interface Preset {
  id: 'hourly' | 'daily' | 'weekdays' | 'weekly'
  cron: string
  sentence: string
}

export const PRESETS: readonly Preset[] = [
  { id: 'hourly', cron: '0 * * * *', sentence: 'Every hour, on the hour' },
  { id: 'daily', cron: '0 9 * * *', sentence: 'Every day at 09:00' },
  { id: 'weekdays', cron: '0 9 * * 1-5', sentence: 'Every weekday at 09:00' },
  { id: 'weekly', cron: '0 9 * * 1', sentence: 'Every Monday at 09:00' },
]

/** The zone of this browser; a name that the server knows. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'

export const allZones = (): string[] => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]
