/**
 * Actor: who asks. Made from the request's headers alone, so that HTTP and the WebSocket upgrade agree.
 * A request with an Authorization header is judged by its API token only; its cookies are not looked at.
 */
import type { NotebookId, ShareId, UserId } from '#lib/domain/ids.ts'
import type { Deps } from '../deps.ts'
import { TOKEN_PREFIX } from './auth.ts'
import { eq, sql } from 'drizzle-orm'
import { linksOf, type Link } from '../shares/admit-guest.ts'
import { user } from '../store/schema/auth.ts'

/** `links` are the share links that the browser holds besides: they let a person see a notebook of a workspace they are not in. */
export type Member = { kind: 'member'; userId: UserId; name: string; sessionId: string | null; links?: Link[] }
/** `shareId` and `notebookId` are the newest of `links`. */
export type Guest = { kind: 'guest'; shareId: ShareId; notebookId: NotebookId | null; links?: Link[] }
export type Actor = Member | Guest

/** However much it is used, a session ends after this long. */
export const SESSION_LIVES_MS = 30 * 24 * 60 * 60 * 1000

export async function actorOf(deps: Pick<Deps, 'auth' | 'db' | 'now'>, headers: Headers): Promise<Actor | null> {
  const authorization = headers.get('authorization')
  if (authorization !== null) return memberOfToken(deps, authorization)
  const [member, links] = await Promise.all([memberOfSession(deps, headers), linksOf(deps, headers)])
  const newest = links.at(-1)
  if (newest === undefined) return member
  return member === null ? { kind: 'guest', shareId: newest.shareId, notebookId: newest.notebookId, links } : { ...member, links }
}

async function memberOfSession(deps: Pick<Deps, 'auth' | 'now'>, headers: Headers): Promise<Member | null> {
  if (!headers.get('cookie')?.includes('dataharbour.')) return null
  const found = await deps.auth.api.getSession({ headers })
  if (found === null || deps.now().getTime() - found.session.createdAt.getTime() > SESSION_LIVES_MS) return null
  return { kind: 'member', userId: found.user.id as UserId, name: found.user.name, sessionId: found.session.id }
}

async function memberOfToken(deps: Pick<Deps, 'auth' | 'db'>, authorization: string): Promise<Member | null> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
  if (token === undefined || !token.startsWith(TOKEN_PREFIX)) return null
  const { valid, key } = await deps.auth.api.verifyApiKey({ body: { key: token } })
  if (!valid || key === null) {
    // It says the same of a database that is away: then this throws.
    await deps.db.execute(sql`select 1`)
    return null
  }
  const [owner] = await deps.db.select({ id: user.id, name: user.name }).from(user).where(eq(user.id, key.referenceId))
  return owner === undefined ? null : { kind: 'member', userId: owner.id as UserId, name: owner.name, sessionId: null }
}
