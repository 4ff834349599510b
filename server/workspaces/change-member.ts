/**
 * Changes a member's role or removes the member. A workspace always keeps an owner: the owners' rows are locked
 * first, so that two owners cannot step down at once. The person's open sockets are cut and come back with the new role.
 */
import { and, eq } from 'drizzle-orm'
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Role } from '#lib/domain/member.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../store/client.ts'
import { members } from '../store/schema/workspaces.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from './authorize.ts'
import { recordAudit } from './record-audit.ts'

export type ChangeMemberRefusal = AuthorizeRefusal | 'last-owner'
type ChangeDeps = Pick<Deps, 'db' | 'rooms'>
type Target = { workspaceId: string; userId: string; requestId: string | null }

export async function changeRole(deps: ChangeDeps, actor: Actor | null, input: Target & { role: Role }): Promise<Outcome<{ userId: UserId; role: Role }, ChangeMemberRefusal>> {
  return change(deps, actor, input, input.role, async (tx, workspaceId) => {
    await tx.update(members).set({ role: input.role }).where(and(eq(members.workspaceId, workspaceId), eq(members.userId, input.userId)))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'member.role', subject: input.userId, detail: { role: input.role }, requestId: input.requestId })
    return { userId: input.userId as UserId, role: input.role }
  })
}

export async function removeMember(deps: ChangeDeps, actor: Actor | null, input: Target): Promise<Outcome<null, ChangeMemberRefusal>> {
  return change(deps, actor, input, null, async (tx, workspaceId) => {
    await tx.delete(members).where(and(eq(members.workspaceId, workspaceId), eq(members.userId, input.userId)))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'member.remove', subject: input.userId, requestId: input.requestId })
    return null
  })
}

async function change<T>(
  deps: ChangeDeps,
  actor: Actor | null,
  target: Target,
  newRole: Role | null,
  write: (tx: Transaction, workspaceId: WorkspaceId) => Promise<T>,
): Promise<Outcome<T, ChangeMemberRefusal>> {
  const isLeaving = newRole === null && actor?.kind === 'member' && actor.userId === target.userId
  const allowed = await authorizeWorkspace(deps, actor, target.workspaceId, isLeaving ? 'workspace:read' : 'members:manage')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const outcome = await deps.db.transaction(async (tx): Promise<Outcome<T, ChangeMemberRefusal>> => {
    const owners = await tx.select({ userId: members.userId }).from(members)
      .where(and(eq(members.workspaceId, workspaceId), eq(members.role, 'owner'))).for('update')
    const [row] = await tx.select({ role: members.role }).from(members).where(and(eq(members.workspaceId, workspaceId), eq(members.userId, target.userId)))
    if (row === undefined) return refuse('not-found', 'This person is not a member of the workspace.')
    if (row.role === 'owner' && newRole !== 'owner' && owners.length === 1) return refuse('last-owner', 'A workspace needs an owner. Make someone else an owner first.')
    return accept(await write(tx, workspaceId))
  })
  if (outcome.ok) cutSockets(deps, { workspaceId, userId: target.userId as UserId }, newRole)
  return outcome
}

function cutSockets(deps: ChangeDeps, member: { workspaceId: WorkspaceId; userId: UserId }, newRole: Role | null): void {
  // A final code for someone who lost access; a passing one for a new role, so that the client reconnects with it.
  const [code, reason] = newRole === null ? [CLOSE.notAllowed, 'No longer a member'] : [CLOSE.restarting, 'Role changed']
  deps.rooms.closeSockets(member, code, reason)
}
