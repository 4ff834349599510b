/** Versions in words: days, times, who, how much. */
import type { VersionSummary } from '#lib/domain/version.ts'

const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' })
const DAY_OF_YEAR = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' })
const DAY_MS = 24 * 60 * 60 * 1000

export const timeOf = (at: string): string => TIME.format(new Date(at))

/** “Today”, “Yesterday”, “Monday, November 23”, and with the year when it is not this one. */
export function dayOf(at: string, now: Date): string {
  const [then, today] = [new Date(at), startOfDay(now)]
  const days = Math.round((today - startOfDay(then)) / DAY_MS)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return (then.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(then)
}

/** What a name is proposed as. */
export const dateName = (at: Date): string => `${DAY_OF_YEAR.format(at)}, ${TIME.format(at)}`

export const titleOf = ({ name, cause, authors }: VersionSummary): string => name ?? (cause === 'restore' ? 'Before a restore' : peopleOf(authors))

export function peopleOf(authors: readonly { name: string }[]): string {
  const names = authors.map(({ name }) => name)
  if (names.length === 0) return 'As it was'
  return names.length <= 2 ? names.join(' and ') : `${names[0]}, ${names[1]} and ${names.length - 2} more`
}

export function amountOf({ authors }: Pick<VersionSummary, 'authors'>): string {
  const count = new Set(authors.flatMap(({ cellIds }) => cellIds)).size
  if (count === 0) return authors.length === 0 ? 'No changes' : 'The title'
  return count === 1 ? '1 cell' : `${count} cells`
}

export function groupByDay(versions: readonly VersionSummary[], now: Date): { day: string; versions: VersionSummary[] }[] {
  return [...Map.groupBy(versions, (version) => dayOf(version.createdAt, now))].map(([day, list]) => ({ day, versions: list }))
}

function startOfDay(at: Date): number {
  const day = new Date(at)
  return day.setHours(0, 0, 0, 0)
}
