/**
 * An instant as the clock of a zone shows it: `Tue 24 Nov 09:00`, with the year when it is another one than now, and with the
 * offset (`02:30 UTC+1`) when that clock shows this time twice.
 */
import { isShownTwice, offsetText } from '#lib/domain/zone-offset.ts'

export function showInstant(at: string, zone: string, now = new Date()): string {
  const date = new Date(at)
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(date)
  const year = part({ year: 'numeric' })
  const isThisYear = year === new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' }).format(now)
  const day = part({ weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '')
  const time = part({ hour: '2-digit', minute: '2-digit' })
  return `${day}${isThisYear ? '' : ` ${year}`} ${time}${isShownTwice(date, zone) ? ` ${offsetText(date, zone)}` : ''}`
}
