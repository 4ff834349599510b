const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]]

/** “just now”, “3 minutes ago”, “in 2 hours”. Spans, not calendar days: 30 hours ago may be yesterday or the day before. */
export function describeAgo(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000)
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  if (unit === 'second') return seconds > 10 ? 'in a moment' : 'just now'
  // What was made a moment ago to end in a week does so in 7 days, not in 6.
  const count = seconds > 0 ? Math.round(seconds / length) : Math.trunc(seconds / length)
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(count, unit)
}
