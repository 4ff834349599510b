/**
 * Zone offset: how far the clock of a zone lies from UTC at an instant, as people write it (`UTC+1`), and whether that
 * clock shows the same time of day at two instants, because it was set back. Then the offset alone tells the two apart.
 */
const HOUR_MS = 60 * 60_000
/** More than any zone has set its clock back by in our time, and less than lies between two changes. */
const REACH_MS = 4 * HOUR_MS

/** `UTC`, `UTC+1`, `UTC-3:30`. */
export const offsetText = (at: Date, zone: string): string => offsetReader(zone)(at.getTime()).text

export function isShownTwice(at: Date, zone: string): boolean {
  const read = offsetReader(zone)
  const here = read(at.getTime()).ms
  return [-REACH_MS, REACH_MS].some((reach) => {
    const there = read(at.getTime() + reach).ms
    return there !== here && read(at.getTime() + here - there).ms === there
  })
}

function offsetReader(zone: string): (instant: number) => { text: string; ms: number } {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortOffset' })
  return (instant) => {
    const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d+)(?::(\d+))?)?/.exec(name) ?? []
    const ms = (Number(hours ?? 0) + Number(minutes ?? 0) / 60) * HOUR_MS
    return { text: name.replace('GMT', 'UTC'), ms: sign === '-' ? -ms : ms }
  }
}
