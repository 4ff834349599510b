/** API tokens of one person: made once and shown once, listed by their first letters, deleted by their maker. */
import { and, desc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Deps } from '../deps.ts'
import { apikey } from '../store/schema/auth.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import type { Actor } from './actor.ts'

const TOKENS_MAX = 50
const DAY_S = 24 * 60 * 60

export interface TokenSummary {
  id: string
  name: string
  /** The first letters, to tell tokens apart. */
  start: string
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

export async function listTokens(deps: Pick<Deps, 'db'>, actor: Actor | null): Promise<Outcome<TokenSummary[], 'sign-in-needed'>> {
  if (actor?.kind !== 'member') return signInNeeded()
  const rows = await deps.db.select().from(apikey).where(eq(apikey.referenceId, actor.userId)).orderBy(desc(apikey.createdAt))
  return accept(rows.map(summary))
}

/** A token cannot make tokens: a leaked one would outlive its deletion. */
export async function createToken(
  deps: Pick<Deps, 'auth' | 'db'>,
  actor: Actor | null,
  input: { name: string; expiresInDays: number | null; requestId: string | null },
): Promise<Outcome<TokenSummary & { token: string }, 'sign-in-needed' | 'not-allowed' | 'name-invalid' | 'too-many-tokens'>> {
  if (actor?.kind !== 'member') return signInNeeded()
  if (actor.sessionId === null) return refuse('not-allowed', 'A token cannot make another token. Sign in with the browser.')
  const name = input.name.trim()
  if (name === '' || name.length > 80) return refuse('name-invalid', 'Give the token a name of at most 80 characters.')
  const count = await deps.db.$count(apikey, eq(apikey.referenceId, actor.userId))
  if (count >= TOKENS_MAX) return refuse('too-many-tokens', `You have ${TOKENS_MAX} tokens. Delete one that you no longer use.`)
  const expiresIn = input.expiresInDays === null ? null : input.expiresInDays * DAY_S
  const made = await deps.auth.api.createApiKey({ body: { name, userId: actor.userId, expiresIn } })
  await recordAudit(deps.db, { workspaceId: null, actor, action: 'token.create', subject: made.id, requestId: input.requestId })
  const [row] = await deps.db.select().from(apikey).where(eq(apikey.id, made.id))
  if (row === undefined) throw new Error('The new token is not in the database.')
  return accept({ ...summary(row), token: made.key })
}

export async function deleteToken(deps: Pick<Deps, 'db' | 'access'>, actor: Actor | null, input: { tokenId: string; requestId: string | null }): Promise<Outcome<null, 'sign-in-needed' | 'not-found'>> {
  if (actor?.kind !== 'member') return signInNeeded()
  const [row] = await deps.db.delete(apikey).where(and(eq(apikey.id, input.tokenId), eq(apikey.referenceId, actor.userId))).returning({ id: apikey.id })
  if (row === undefined) return refuse('not-found', 'There is no such token.')
  deps.access.changed({ userId: actor.userId })
  await recordAudit(deps.db, { workspaceId: null, actor, action: 'token.delete', subject: row.id, requestId: input.requestId })
  return accept(null)
}

const signInNeeded = () => refuse('sign-in-needed', 'Sign in to see your tokens.')

const summary = (row: typeof apikey.$inferSelect): TokenSummary => ({
  id: row.id,
  name: row.name ?? '',
  start: row.start ?? '',
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastRequest?.toISOString() ?? null,
})
