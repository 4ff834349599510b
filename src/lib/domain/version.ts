/** Version: the text of a notebook as it stood at an instant, with who changed which cells since the version before. */
import type { CellId, UserId, VersionId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

/** `restore` stands right before something older was brought back. */
export type VersionCause = 'auto' | 'named' | 'restore'

export interface VersionAuthor {
  /** Null for the product itself. */
  userId: UserId | null
  name: string
  cellIds: CellId[]
}

export interface VersionSummary {
  id: VersionId
  cause: VersionCause
  name: string | null
  authors: VersionAuthor[]
  createdAt: string
}

export const VERSION_NAME_MAX = 200

export function checkVersionName(text: string): Outcome<string, 'name-invalid'> {
  const name = text.trim()
  if (name === '' || name.length > VERSION_NAME_MAX) return refuse('name-invalid', `Give the version a name of at most ${VERSION_NAME_MAX} characters.`)
  return accept(name)
}
