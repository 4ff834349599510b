/** Sign-out: ends the session in the database, cuts its sockets in this process, and gives the cookies that clear it. */
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { Deps } from '../deps.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import type { Actor } from './actor.ts'
import { sessionCookies, type SessionCookie } from './session-cookies.ts'

export async function signOut(deps: Pick<Deps, 'auth' | 'db' | 'rooms'>, actor: Actor | null, input: { headers: Headers; requestId: string }): Promise<SessionCookie[]> {
  const { headers } = await deps.auth.api.signOut({ headers: input.headers, returnHeaders: true })
  if (actor?.kind === 'member') {
    deps.rooms.closeSockets((visitor) => visitor.sessionId !== null && visitor.sessionId === actor.sessionId, CLOSE.signInNeeded, 'Signed out')
    await recordAudit(deps.db, { workspaceId: null, actor, action: 'sign-out', subject: actor.userId, requestId: input.requestId })
  }
  return sessionCookies(headers)
}
