/**
 * Makes a link. Its token is in the answer and nowhere else. A notebook's link is a live view for anyone who has it;
 * an embed needs the origins that may frame it. Nothing is run by opening one.
 */
import { and, count, eq, isNull, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { checkOrigins, EXPIRY_DAYS_MAX, LINKS_MAX, VIEW_LINK_DAYS, type NewShare } from '#lib/domain/share.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { shares } from '../store/schema/dashboards.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeTarget, type ShareTarget } from './authorize-share.ts'
import { hashToken, newToken } from './share-token.ts'

export type CreateShareInput = ShareTarget & {
  /** The workspace it must be of, when the caller names one. */
  workspaceId?: WorkspaceId
  /** Null never ends; when absent a notebook's link lives VIEW_LINK_DAYS and an embed does not end. */
  expiresInDays?: number | null
  allowedOrigins?: string[]
  requestId: string | null
}

export type CreateShareRefusal = AuthorizeRefusal | 'origin-invalid' | 'too-many-links'

const DAY_MS = 86_400_000

export async function createShare(deps: { db: Executor; now: Deps['now'] }, actor: Actor | null, input: CreateShareInput): Promise<Outcome<NewShare, CreateShareRefusal>> {
  const allowed = await authorizeTarget(deps, actor, input)
  if (!allowed.ok) return allowed
  if (input.workspaceId !== undefined && input.workspaceId !== allowed.value.workspaceId) return refuse('not-found', 'There is no such thing to share in this workspace.')
  const origins = input.kind === 'notebook' ? accept([]) : checkOrigins(input.allowedOrigins ?? [])
  if (!origins.ok) return origins
  const { workspaceId, notebookId, dashboardId, tileId } = allowed.value
  const token = newToken()
  return deps.db.transaction(async (tx): Promise<Outcome<NewShare, CreateShareRefusal>> => {
    if ((await liveLinks(tx, workspaceId)) >= LINKS_MAX) return refuse('too-many-links', `A workspace has at most ${LINKS_MAX} links. Revoke those that are no longer needed.`)
    const [row] = await tx.insert(shares).values({
      workspaceId, notebookId, dashboardId, tileId, kind: input.kind, tokenHash: hashToken(token), allowedOrigins: origins.value,
      expiresAt: expiryOf(deps.now(), input), createdBy: memberIdOf(actor),
    }).returning()
    if (row === undefined) throw new Error('The link was not written.')
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'share.create', subject: row.id, detail: { kind: input.kind, notebookId, dashboardId, tileId, allowedOrigins: origins.value }, requestId: input.requestId })
    return accept({ id: row.id, path: `/${input.kind === 'notebook' ? 'share' : 'embed'}/${token}`, expiresAt: row.expiresAt?.toISOString() ?? null })
  })
}

function expiryOf(now: Date, { kind, expiresInDays }: CreateShareInput): Date | null {
  const days = expiresInDays === undefined ? (kind === 'notebook' ? VIEW_LINK_DAYS : null) : expiresInDays
  return days === null ? null : new Date(now.getTime() + Math.min(days, EXPIRY_DAYS_MAX) * DAY_MS)
}

async function liveLinks(executor: Executor, workspaceId: (typeof shares.$inferSelect)['workspaceId']): Promise<number> {
  const [row] = await executor.select({ links: count() }).from(shares).where(and(eq(shares.workspaceId, workspaceId), isNull(shares.revokedAt), sql`coalesce(${shares.expiresAt} > now(), true)`))
  return row?.links ?? 0
}
