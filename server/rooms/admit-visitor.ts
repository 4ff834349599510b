/** Who stands at a room's door: the person of the session or the guest of a link, judged by the same gate as the API. */
import { accept } from '#lib/domain/outcome.ts'
import { rightsOf } from '#lib/domain/room.ts'
import { actorOf } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { admitGuest } from '../shares/admit-guest.ts'
import { guestName } from '../shares/guest-name.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import type { Admission } from './rooms.ts'
import { visitorColor } from './visitor-color.ts'

export async function admitVisitor(deps: Pick<Deps, 'auth' | 'db' | 'now'>, headers: Headers, notebookId: string): Promise<Admission> {
  const actor = await actorOf(deps, headers)
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return (await endedLink(deps, headers, notebookId)) ?? allowed
  const { role, trashedAt, shareId } = allowed.value
  const visitor = actor?.links?.find((one) => one.shareId === shareId)?.visitor ?? ''
  const member = actor?.kind === 'member' ? actor : null
  return accept({
    userId: member?.userId ?? null,
    shareId,
    sessionId: member?.sessionId ?? null,
    name: member?.name ?? guestName(visitor),
    color: visitorColor(member?.userId ?? visitor),
    ...rightsOf(role, trashedAt !== null),
    recheck: () => admitVisitor(deps, headers, notebookId),
  })
}

/** A guest whose link is over is told that, instead of being asked to sign in. */
async function endedLink(deps: Pick<Deps, 'db'>, headers: Headers, notebookId: string): Promise<Admission | null> {
  const guest = await admitGuest(deps, headers, notebookId)
  return !guest.ok && guest.reason === 'share-expired' ? guest : null
}
