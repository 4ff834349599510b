/** Edits that are not saved, in words: how many as far as that is known, and where they are. */
import type { Room } from '#lib/live/room.svelte.ts'

type Unsaved = Pick<Room, 'unsaved' | 'knownUnsaved' | 'isKept'>

/** For the badge; empty where none are known of. */
export const unsavedWords = (room: Unsaved): string => (room.knownUnsaved === 0 ? '' : `${counted(room)} ${room.isKept ? 'kept here' : 'only on this page'}`)

/** As a sentence; null when everything is saved. */
export function unsavedSentence(room: Unsaved): string | null {
  if (room.unsaved === 0) return null
  if (room.knownUnsaved === 0) return 'The server has not confirmed yet that everything is saved.'
  return `${capital(counted(room))} of yours ${room.knownUnsaved === 1 ? 'is' : 'are'} not saved, ${room.isKept ? 'but kept in this browser' : 'and on this page only'}.`
}

const counted = ({ knownUnsaved }: Unsaved): string =>
  knownUnsaved === 'some' ? 'edits' : knownUnsaved === 1 ? '1 edit' : `${knownUnsaved.toLocaleString('en')} edits`

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
