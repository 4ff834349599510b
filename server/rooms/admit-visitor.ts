/** Who stands at a room's door: the person of the session, judged by the same gate as the API. */
import { can } from '#lib/domain/access.ts'
import { accept } from '#lib/domain/outcome.ts'
import { actorOf } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import type { Admission } from './rooms.ts'
import { visitorColor } from './visitor-color.ts'

export async function admitVisitor(deps: Pick<Deps, 'auth' | 'db' | 'now'>, headers: Headers, notebookId: string): Promise<Admission> {
  const actor = await actorOf(deps, headers)
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { role, trashedAt } = allowed.value
  return accept({
    userId: actor!.userId,
    shareId: null,
    sessionId: actor!.sessionId,
    name: actor!.name,
    color: visitorColor(actor!.userId),
    canEdit: trashedAt === null && can(role, 'notebook:edit'),
    recheck: () => admitVisitor(deps, headers, notebookId),
  })
}
