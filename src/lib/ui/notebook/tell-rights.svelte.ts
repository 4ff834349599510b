/** Tells a person in a sentence when what they may do changes while the page is open; it holds at once, without a reload. */
import type { RoomRights } from '#lib/domain/room.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

export function tellRights(session: NotebookSession): void {
  let before: RoomRights | null = null
  $effect(() => {
    const now = session.room?.rights ?? null
    const sentence = now === null || before === null ? null : rightsSentence(before, now)
    before = now ?? before
    if (sentence !== null) toasts.show(sentence)
  })
}

export function rightsSentence(before: RoomRights, now: RoomRights): string | null {
  if (now.canEdit !== before.canEdit) {
    if (now.canEdit) return 'Your role changed: you can write in this notebook now.'
    return now.canRun ? 'Your role changed: you can run this notebook now, but not change it.' : lesser(now)
  }
  if (now.canRun !== before.canRun) return now.canRun ? 'Your role changed: you can run this notebook now.' : lesser(now)
  return now.canComment === before.canComment ? null : lesser(now)
}

const lesser = ({ canComment }: RoomRights): string =>
  canComment ? 'Your role changed: you can read this notebook and comment on it now.' : 'Your role changed: you can only read this notebook now.'
