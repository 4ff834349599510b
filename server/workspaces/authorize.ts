/**
 * Authorize: the one gate of server/<noun>/<verb>.ts. It looks up the row and the actor's role in one query and asks
 * the access table. What an actor may not even see is `not-found`, so that ids cannot be probed.
 * [A1] Who holds a link is a viewer of exactly its notebook. [A2] A notebook in the trash can be read and restored only.
 */
import { and, eq } from 'drizzle-orm'
import { can, type Action } from '#lib/domain/access.ts'
import { isUuid, type NotebookId, type ShareId, type WorkspaceId } from '#lib/domain/ids.ts'
import type { Role } from '#lib/domain/member.ts'
import { accept, refuse, type Outcome, type Refusal } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Link } from '../shares/admit-guest.ts'
import type { Executor } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { members, workspaces } from '../store/schema/workspaces.ts'

export type AuthorizeRefusal = 'not-found' | 'not-allowed' | 'sign-in-needed'
type Deps = { db: Executor }

export interface AuthorizedWorkspace {
  workspaceId: WorkspaceId
  slug: string
  name: string
  role: Role
}

export interface AuthorizedNotebook {
  id: NotebookId
  workspaceId: WorkspaceId
  workspaceSlug: string
  title: string
  folder: string
  epoch: number
  feedSeq: number
  computeId: string | null
  createdAt: Date
  updatedAt: Date
  trashedAt: Date | null
  role: Role
  /** The link through which the actor sees it, when it is not by membership. */
  shareId: ShareId | null
}

export async function authorizeWorkspace(deps: Deps, actor: Actor | null, idOrSlug: string, action: Action): Promise<Outcome<AuthorizedWorkspace, AuthorizeRefusal>> {
  if (actor === null) return signInNeeded()
  if (actor.kind === 'guest') return refuse('not-found', 'There is no such workspace, or you are not a member of it.')
  const match = isUuid(idOrSlug) ? eq(workspaces.id, idOrSlug as WorkspaceId) : eq(workspaces.slug, idOrSlug)
  const [row] = await deps.db
    .select({ workspaceId: workspaces.id, slug: workspaces.slug, name: workspaces.name, role: members.role })
    .from(workspaces)
    .innerJoin(members, and(eq(members.workspaceId, workspaces.id), eq(members.userId, actor.userId)))
    .where(match)
  if (row === undefined) return refuse('not-found', 'There is no such workspace, or you are not a member of it.')
  return can(row.role, action) ? accept(row) : notAllowed(row.role)
}

export async function authorizeNotebook(deps: Deps, actor: Actor | null, notebookId: string, action: Action): Promise<Outcome<AuthorizedNotebook, AuthorizeRefusal>> {
  if (actor === null) return signInNeeded()
  const missing = refuse('not-found', 'There is no such notebook, or you have no access to it.')
  if (!isUuid(notebookId)) return missing
  const row = (actor.kind === 'member' ? await forMember(deps, actor.userId, notebookId) : null) ?? (await forGuest(deps, linksHeld(actor), notebookId))
  if (row === null) return missing
  if (row.trashedAt !== null && action !== 'notebook:trash' && !can('viewer', action)) {
    return refuse('not-allowed', 'This notebook is in the trash. Restore it to change or run it.')
  }
  return can(row.role, action) ? accept(row) : notAllowed(row.role)
}

const COLUMNS = {
  id: notebooks.id, workspaceId: notebooks.workspaceId, workspaceSlug: workspaces.slug, title: notebooks.title, folder: notebooks.folder,
  epoch: notebooks.epoch, feedSeq: notebooks.feedSeq, computeId: notebooks.computeId,
  createdAt: notebooks.createdAt, updatedAt: notebooks.updatedAt, trashedAt: notebooks.trashedAt,
}

async function forMember(deps: Deps, userId: string, notebookId: string): Promise<AuthorizedNotebook | null> {
  const [row] = await deps.db.select({ ...COLUMNS, role: members.role }).from(notebooks)
    .innerJoin(workspaces, eq(workspaces.id, notebooks.workspaceId))
    .innerJoin(members, and(eq(members.workspaceId, notebooks.workspaceId), eq(members.userId, userId)))
    .where(eq(notebooks.id, notebookId as NotebookId))
  return row === undefined ? null : { ...row, shareId: null }
}

function linksHeld(actor: Actor): readonly Pick<Link, 'shareId' | 'notebookId'>[] {
  if (actor.links !== undefined || actor.kind === 'member' || actor.notebookId === null) return actor.links ?? []
  return [{ shareId: actor.shareId, notebookId: actor.notebookId }]
}

async function forGuest(deps: Deps, links: readonly Pick<Link, 'shareId' | 'notebookId'>[], notebookId: string): Promise<AuthorizedNotebook | null> {
  const link = links.find((one) => one.notebookId === notebookId)
  if (link === undefined) return null
  const [row] = await deps.db.select(COLUMNS).from(notebooks)
    .innerJoin(workspaces, eq(workspaces.id, notebooks.workspaceId))
    .where(eq(notebooks.id, link.notebookId))
  return row === undefined || row.trashedAt !== null ? null : { ...row, role: 'viewer', shareId: link.shareId }
}

const signInNeeded = (): Refusal<'sign-in-needed'> => refuse('sign-in-needed', 'Sign in to go on.')

const notAllowed = (role: Role): Refusal<'not-allowed'> =>
  refuse('not-allowed', `Your role here is ${role}, which does not allow this. Ask an owner of the workspace.`)
