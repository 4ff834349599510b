/** Where a person is signed in, and how to end that everywhere but here. */
import { and, desc, eq, gt, ne } from 'drizzle-orm'
import { CLOSE } from '#lib/domain/close-codes.ts'
import type { Deps } from '../deps.ts'
import { session } from '../store/schema/auth.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { SESSION_LIVES_MS, type Member } from './actor.ts'

export interface SignedInSession {
  id: string
  /** What the browser said of itself; empty when it said nothing. */
  userAgent: string
  createdAt: string
  /** To the day: a session is written to once a day at most. */
  usedAt: string
  isThis: boolean
}

export async function listSessions({ db, now }: Pick<Deps, 'db' | 'now'>, { userId, sessionId }: Member): Promise<SignedInSession[]> {
  const eldest = new Date(now().getTime() - SESSION_LIVES_MS)
  const rows = await db.select().from(session).where(and(eq(session.userId, userId), gt(session.expiresAt, now()), gt(session.createdAt, eldest))).orderBy(desc(session.updatedAt))
  return rows.map(({ id, userAgent, createdAt, updatedAt }) => ({ id, userAgent: userAgent ?? '', createdAt: createdAt.toISOString(), usedAt: updatedAt.toISOString(), isThis: id === sessionId }))
}

/** Says how many ended. What is connected with them is cut, in every web process. */
export async function endOtherSessions(deps: Pick<Deps, 'db' | 'rooms'>, actor: Member, input: { requestId: string }): Promise<number> {
  const ended = await deps.db.delete(session).where(and(eq(session.userId, actor.userId), ne(session.id, actor.sessionId ?? ''))).returning({ id: session.id })
  deps.rooms.closeSockets({ userId: actor.userId }, CLOSE.signInNeeded, 'Signed out elsewhere', (visitor) => visitor.sessionId !== null && visitor.sessionId !== actor.sessionId)
  if (ended.length > 0) await recordAudit(deps.db, { workspaceId: null, actor, action: 'session.end-others', subject: actor.userId, detail: { ended: ended.length }, requestId: input.requestId })
  return ended.length
}
