/** Version: the text of a notebook as it stood at an instant, with who changed which cells since the version before. */
import type { CellId, UserId, VersionId } from './ids.ts'
import type { NotebookText } from './notebook.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

/** `restore` stands right before something older was brought back. */
export type VersionCause = 'auto' | 'named' | 'restore'
export const VERSION_CAUSES = ['auto', 'named', 'restore'] as const satisfies readonly VersionCause[]

export interface VersionAuthor {
  /** Null for the product itself. */
  userId: UserId | null
  name: string
  /** Empty when only the title was changed. */
  cellIds: CellId[]
}

export interface VersionSummary {
  id: VersionId
  cause: VersionCause
  name: string | null
  /** `color` is that of the person's cursor. */
  authors: (VersionAuthor & { color: string })[]
  createdAt: string
}

export interface NotebookVersion extends VersionSummary {
  text: NotebookText
}

export const VERSION_NAME_MAX = 200

export function checkVersionName(text: string): Outcome<string, 'name-invalid'> {
  const name = text.trim()
  if (name === '' || name.length > VERSION_NAME_MAX) return refuse('name-invalid', `Give the version a name of at most ${VERSION_NAME_MAX} characters.`)
  return accept(name)
}

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR
/** Up to this age, versions taken by themselves stand at least this far apart. A rest in the work is longer than the first. */
const GAPS: readonly { age: number; gap: number }[] = [
  { age: HOUR, gap: 20 * SECOND }, { age: DAY, gap: 5 * 60 * SECOND }, { age: 7 * DAY, gap: HOUR }, { age: Infinity, gap: DAY },
]

export interface TimedVersion {
  id: VersionId
  cause: VersionCause
  name: string | null
  at: number
}

/**
 * Which versions of a timeline (oldest first) go, and into which younger one: that one takes over their authors, so that
 * it still says who changed what since the version before it. Those with a name, those before a restore, the first and
 * the newest stay.
 */
export function thinVersions(timeline: readonly TimedVersion[], now: number): Map<VersionId, VersionId> {
  const newest = timeline.at(-1)
  const into = new Map<VersionId, VersionId>()
  let waiting: VersionId[] = []
  let keptAt = -Infinity
  for (const version of timeline) {
    const gap = GAPS.find(({ age }) => now - version.at <= age)?.gap ?? DAY
    const stays = version === newest || version.name !== null || version.cause !== 'auto' || version.at - keptAt >= gap
    if (!stays) {
      waiting.push(version.id)
      continue
    }
    for (const id of waiting) into.set(id, version.id)
    waiting = []
    keptAt = version.at
  }
  return into
}

/** Each person once, with every cell any of the lists names. */
export function joinAuthors(...lists: readonly (readonly VersionAuthor[])[]): VersionAuthor[] {
  const people = new Map<UserId | null, VersionAuthor>()
  for (const author of lists.flat()) {
    const known = people.get(author.userId)
    const cellIds = [...new Set([...(known?.cellIds ?? []), ...author.cellIds])]
    people.set(author.userId, { userId: author.userId, name: author.name, cellIds })
  }
  return [...people.values()]
}
