/**
 * Opens a link or an embed by its token: the row must be there, not revoked and not expired by the database's clock.
 * Wrong tokens are counted by network; too many are refused and logged, though 256 bits cannot be guessed.
 */
import { eq, sql } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { networkOf, takeAttempt } from '../auth/limit-attempts.ts'
import type { CoreDeps } from '../deps.ts'
import { shares } from '../store/schema/dashboards.ts'
import { hashToken, isToken } from './share-token.ts'

export type ShareRow = typeof shares.$inferSelect
export type OpenRefusal = 'not-found' | 'share-expired' | 'too-many-requests'

const WRONG_TOKENS = { max: 60, windowMs: 10 * 60_000 }
/** How exactly "last used" is kept. */
const USED_EVERY = '1 minute'

export async function openShare(deps: Pick<CoreDeps, 'db' | 'sql' | 'log'>, token: string, address: string): Promise<Outcome<ShareRow, OpenRefusal>> {
  const [row] = isToken(token)
    ? await deps.db.select({ share: shares, isExpired: sql<boolean>`coalesce(${shares.expiresAt} <= now(), false)` }).from(shares).where(eq(shares.tokenHash, hashToken(token)))
    : []
  if (row === undefined) return wrongToken(deps, address)
  if (row.share.revokedAt !== null) return refuse('share-expired', 'This link was taken back by the people who made it. Ask them for a new one.')
  if (row.isExpired) return refuse('share-expired', 'This link has expired. Ask the person who sent it for a new one.')
  await deps.sql`update shares set last_used_at = now() where id = ${row.share.id} and (last_used_at is null or last_used_at < now() - ${USED_EVERY}::interval)`
  return accept(row.share)
}

async function wrongToken(deps: Pick<CoreDeps, 'sql' | 'log'>, address: string): Promise<Outcome<never, OpenRefusal>> {
  const network = networkOf(address)
  if (await takeAttempt(deps.sql, `share:${network}`, WRONG_TOKENS)) return refuse('not-found', 'There is no such link. Check that you copied all of it.')
  deps.log.warn({ network }, 'many wrong share tokens')
  return refuse('too-many-requests', 'Too many links that do not exist were opened from your network. Wait some minutes.')
}
