/** Adds a person who has an account, by e-mail. */
import { eq } from 'drizzle-orm'
import type { UserId } from '#lib/domain/ids.ts'
import type { MemberSummary, Role } from '#lib/domain/member.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { members } from '../store/schema/workspaces.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from './authorize.ts'
import { recordAudit } from './record-audit.ts'

export async function addMember(
  deps: { db: Database },
  actor: Actor | null,
  input: { workspaceId: string; email: string; role: Role; requestId: string | null },
): Promise<Outcome<MemberSummary, AuthorizeRefusal | 'account-missing' | 'member-exists'>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'members:manage')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const [person] = await deps.db.select({ id: user.id, name: user.name, email: user.email }).from(user).where(eq(user.email, input.email.trim().toLowerCase()))
  if (person === undefined) return refuse('account-missing', 'Nobody has an account with this e-mail yet. Ask them to sign up first.')
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.insert(members).values({ workspaceId, userId: person.id, role: input.role }).onConflictDoNothing().returning()
    if (row === undefined) return refuse('member-exists', `${person.name} is a member already.`)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'member.add', subject: person.id, detail: { role: input.role }, requestId: input.requestId })
    return accept({ userId: person.id as UserId, name: person.name, email: person.email, role: row.role, since: row.createdAt.toISOString() })
  })
}
