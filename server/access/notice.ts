/**
 * A notice that rights changed, as it goes by NOTIFY: `user:<id>,workspace:<id> <process>`, or `*` for everybody. Whoever may
 * listen on the database reads it, so it names ids and never what lets somebody in.
 */
import type { Concern, Whom } from './access.ts'

const KEYS = new Map<string, keyof Whom>([['user', 'userId'], ['share', 'shareId'], ['notebook', 'notebookId'], ['workspace', 'workspaceId']])
const EVERYBODY = '*'

export interface Notice {
  concern: Concern
  /** The process that sent it. */
  from: string
}

export function writeNotice({ concern, from }: Notice): string {
  const named = [...KEYS].flatMap(([word, key]) => (concern[key] === undefined ? [] : [`${word}:${concern[key]}`]))
  return `${named.length === 0 ? EVERYBODY : named.join(',')} ${from}`
}

/** What cannot be read concerns everybody: a newer process may tell people apart by what this one does not know. */
export function readNotice(notice: string): Notice {
  const [target = '', from = ''] = notice.split(' ')
  const named = target.split(',').map((word) => word.split(':'))
  const isRead = named.every(([word = '', id = '', ...more]) => KEYS.has(word) && id !== '' && more.length === 0)
  return { concern: isRead ? (Object.fromEntries(named.map(([word = '', id]) => [KEYS.get(word), id])) as Concern) : {}, from }
}

export const isConcerned = (concern: Concern, whom: Whom): boolean =>
  [...KEYS.values()].every((key) => concern[key] === undefined || concern[key] === whom[key])
