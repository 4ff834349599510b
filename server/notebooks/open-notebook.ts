/** What the notebook page and a room need to know before anything is shown: where it is and what this actor may do. */
import { can } from '#lib/domain/access.ts'
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Role } from '#lib/domain/member.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface OpenedNotebook {
  id: NotebookId
  workspaceId: WorkspaceId
  workspaceSlug: string
  title: string
  folder: string
  epoch: number
  updatedAt: string
  trashedAt: string | null
  role: Role
  canEdit: boolean
  canRun: boolean
  canComment: boolean
  canShare: boolean
  canSchedule: boolean
}

export async function openNotebook(deps: { db: Executor }, actor: Actor | null, notebookId: string): Promise<Outcome<OpenedNotebook, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, workspaceSlug, title, folder, epoch, updatedAt, trashedAt, role } = allowed.value
  const isLive = trashedAt === null
  return accept({
    id, workspaceId, workspaceSlug, title, folder, epoch, role,
    updatedAt: updatedAt.toISOString(),
    trashedAt: trashedAt?.toISOString() ?? null,
    canEdit: isLive && can(role, 'notebook:edit'),
    canRun: isLive && can(role, 'run:request'),
    canComment: isLive && can(role, 'notebook:comment'),
    canShare: isLive && can(role, 'share:manage'),
    canSchedule: isLive && can(role, 'schedule:manage'),
  })
}
