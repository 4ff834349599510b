/**
 * Stay in room: joins a notebook's room, and another in its place when the server takes nothing more of the first, because an
 * owner locked a cell meanwhile in which this person wrote. What they wrote elsewhere is saved by the other one; what
 * they wrote in the locked cell is offered (CarriedNotice.svelte). They stay where they are.
 */
import { openRoom, type Brought, type Room, type RoomOptions } from '#lib/live/room.svelte.ts'
import { setAside } from '#lib/live/set-aside.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'
import { carryOver } from './rescue.ts'

/** Refused again and again: then the page says so, and the person decides. */
const TIMES_MAX = 3
const FORGOTTEN_MS = 60_000
/** Without an answer from the server the page says meanwhile what is the matter. */
const QUIET_MS = 4_000

/** Called in the browser. Returns the way to leave. */
export function stayInRoom(session: NotebookSession, options: RoomOptions): () => void {
  let times = 0
  const leaving = new AbortController()
  let leave = join(null)

  function join(brought: Brought | null): () => void {
    const room = openRoom({ ...options, ...(brought !== null && { brought }), onLocked: () => void goOn(room) })
    const stop = session.follow(room)
    return () => {
      stop()
      room.close()
    }
  }

  async function goOn(room: Room): Promise<void> {
    times += 1
    setTimeout(() => (times -= 1), FORGOTTEN_MS)
    if (times > TIMES_MAX) return
    session.isSettingAside = true
    const timer = setTimeout(() => (session.isSettingAside = false), QUIET_MS)
    const aside = await setAside(room, options, leaving.signal).catch(() => null)
    clearTimeout(timer)
    session.isSettingAside = false
    if (aside === null) return
    if (!aside.isKept) {
      if (carryOver(session.page.id, aside.cells).length > 0) return
      // One that is still opening has nothing of this room, and the other room opens it in its turn.
      if (room.hasLostCopy) await room.forgetCopy()
    }
    if (leaving.signal.aborted) return
    const { activeId, mode } = session
    const caret = activeId === null || mode === 'command' ? null : (session.handles.get(activeId)?.caret() ?? null)
    leave()
    leave = join(aside.rest)
    if (activeId !== null && caret !== null) void session.go(activeId, 'edit', { offset: caret })
    if (!aside.isAll && aside.cells.every(({ id, source }) => session.find(id)?.source === source)) toasts.show('An owner locked a cell that you changed. It is as they locked it; the rest of what you did is kept.')
  }

  return () => {
    leaving.abort()
    leave()
  }
}
