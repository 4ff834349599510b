/** The name that is being typed after an @: where it begins and what is there so far. Pure. */
export interface MentionQuery {
  /** Offset of the @. */
  at: number
  text: string
}

const NAME_MAX = 40

/** Null when the caret is not in a name: the @ begins a word and the name has no line break and at most one space. */
export function mentionAt(body: string, caret: number): MentionQuery | null {
  const at = caret === 0 ? -1 : body.lastIndexOf('@', caret - 1)
  if (at === -1 || (at > 0 && /[\p{L}\p{N}_.]/u.test(body[at - 1] ?? ''))) return null
  const text = body.slice(at + 1, caret)
  if (text.length > NAME_MAX || /\n/.test(text) || text.startsWith(' ') || text.split(' ').length > 2) return null
  return { at, text }
}

/** People whose name, or a word of it, begins so; those whose name begins so come first. */
export function matchPeople<P extends { name: string }>(people: readonly P[], text: string, most: number): P[] {
  const wanted = plain(text)
  const rank = ({ name }: P): number => (plain(name).startsWith(wanted) ? 0 : plain(name).split(/\s+/).some((word) => word.startsWith(wanted)) ? 1 : 2)
  return people.map((person) => ({ person, rank: rank(person) })).filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.person.name.localeCompare(b.person.name)).slice(0, most).map((one) => one.person)
}

/** The text with the name in the place of what was typed, and where the caret is then. */
export function putName(body: string, { at, text }: MentionQuery, name: string): { body: string; caret: number } {
  const before = `${body.slice(0, at)}@${name} `
  return { body: before + body.slice(at + 1 + text.length).replace(/^ /, ''), caret: before.length }
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
