/**
 * Changes a person's password, or gives one to somebody who came by a one-time link. Whoever else is signed in as them is
 * signed out by it: that is what a leaked password is changed for. API tokens have a page of their own.
 */
import { isAPIError } from 'better-auth/api'
import { and, eq, isNotNull } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Deps } from '../deps.ts'
import { account } from '../store/schema/auth.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import type { Member } from './actor.ts'
import { checkPassword } from './check-password.ts'
import { endOtherSessions } from './sessions.ts'
import { forgetAttempts, takeAttempt } from './limit-attempts.ts'

const PER_ACCOUNT = { max: 10, windowMs: 15 * 60 * 1000 }

export type ChangePasswordRefusal = 'password-too-short' | 'password-too-long' | 'password-wrong' | 'too-many-requests'

export async function hasPassword({ db }: Pick<Deps, 'db'>, { userId }: Pick<Member, 'userId'>): Promise<boolean> {
  const rows = await db.select({ id: account.id }).from(account).where(and(eq(account.userId, userId), eq(account.providerId, 'credential'), isNotNull(account.password)))
  return rows.length > 0
}

export async function changePassword(
  deps: Pick<Deps, 'auth' | 'db' | 'sql' | 'rooms'>,
  actor: Member,
  input: { current: string; next: string; headers: Headers; requestId: string },
): Promise<Outcome<null, ChangePasswordRefusal>> {
  const refusal = checkPassword(input.next)
  if (refusal !== null) return refusal
  const key = `password:${actor.userId}`
  if (!(await takeAttempt(deps.sql, key, PER_ACCOUNT))) return refuse('too-many-requests', 'Too many tries. Wait 15 minutes, then try again.')
  const done = await write(deps, actor, input)
  if (!done.ok) return done
  await forgetAttempts(deps.sql, key)
  await endOtherSessions(deps, actor, { requestId: input.requestId })
  await recordAudit(deps.db, { workspaceId: null, actor, action: 'password.change', subject: actor.userId, requestId: input.requestId })
  return accept(null)
}

async function write(deps: Pick<Deps, 'auth' | 'db'>, actor: Member, { current, next, headers }: { current: string; next: string; headers: Headers }): Promise<Outcome<null, 'password-wrong'>> {
  if (!(await hasPassword(deps, actor))) {
    await deps.auth.api.setPassword({ body: { newPassword: next }, headers })
    return accept(null)
  }
  try {
    await deps.auth.api.changePassword({ body: { currentPassword: current, newPassword: next }, headers })
    return accept(null)
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    return refuse('password-wrong', 'This is not your password now. Check it and try again.')
  }
}
