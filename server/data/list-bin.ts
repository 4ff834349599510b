/** The bin of a workspace's tables and files, the newest first. */
import { and, desc, eq, ne } from 'drizzle-orm'
import { DATA_BIN_DAYS, type BinnedData } from '#lib/domain/data.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { binnedData } from '../store/schema/data.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import type { BinnedRow } from './binned.ts'

const LISTED_MAX = 500
export const BIN_KEEPS_MS = DATA_BIN_DAYS * 24 * 3600_000

export async function listBin(deps: { db: Executor }, actor: Actor | null, workspace: string): Promise<Outcome<BinnedData[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select({ row: binnedData, by: user.name }).from(binnedData).leftJoin(user, eq(user.id, binnedData.deletedBy))
    .where(and(eq(binnedData.workspaceId, allowed.value.workspaceId), ne(binnedData.state, 'removing')))
    .orderBy(desc(binnedData.deletedAt)).limit(LISTED_MAX)
  return accept(rows.map(({ row, by }) => toBinnedData(row, by)))
}

export const toBinnedData = ({ id, kind, name, state, bytes, deletedAt }: BinnedRow, deletedBy: string | null): BinnedData =>
  ({ id, kind, name, state, bytes, deletedBy, deletedAt: deletedAt.toISOString(), goesAt: new Date(deletedAt.getTime() + BIN_KEEPS_MS).toISOString() })
