/** Sign-out: ends the session in the database, cuts what is connected with it, and gives the cookies that clear it. */
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { Deps } from '../deps.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import type { Actor } from './actor.ts'
import { sessionCookies, type SessionCookie } from './session-cookies.ts'

export async function signOut(deps: Pick<Deps, 'auth' | 'db' | 'rooms'>, actor: Actor | null, input: { headers: Headers; requestId: string }): Promise<SessionCookie[]> {
  const { headers } = await deps.auth.api.signOut({ headers: input.headers, returnHeaders: true })
  if (actor?.kind === 'member') {
    deps.rooms.closeSockets({ userId: actor.userId }, CLOSE.signInNeeded, 'Signed out', (visitor) => visitor.sessionId !== null && visitor.sessionId === actor.sessionId)
    await recordAudit(deps.db, { workspaceId: null, actor, action: 'sign-out', subject: actor.userId, requestId: input.requestId })
  }
  return sessionCookies(headers)
}
