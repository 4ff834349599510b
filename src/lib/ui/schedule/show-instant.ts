/** An instant as the clock of a zone shows it: `Tue 24 Nov 09:00`, with the year when it is another one than now. */
export function showInstant(at: string, zone: string, now = new Date()): string {
  const date = new Date(at)
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(date)
  const year = part({ year: 'numeric' })
  const isThisYear = year === new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' }).format(now)
  const day = part({ weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '')
  return `${day}${isThisYear ? '' : ` ${year}`} ${part({ hour: '2-digit', minute: '2-digit' })}`
}
