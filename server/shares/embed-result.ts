/**
 * One press from a result to an embed: a tile of its cell on the dashboard “Embeds” (made when missing), and a link to
 * that tile alone. The embed follows the cell: it shows the newest good result, not this one for ever. A refused one leaves
 * nothing behind, and a full dashboard of embeds is followed by another.
 */
import { and, asc, eq, sql } from 'drizzle-orm'
import { TILES_MAX } from '#lib/domain/dashboard.ts'
import type { DashboardId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { checkOrigins, type NewShare } from '#lib/domain/share.ts'
import type { Actor } from '../auth/actor.ts'
import { insertTile, type TileRefusal } from '../dashboards/write-tile.ts'
import type { Deps } from '../deps.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import { authorizeResult } from '../results/authorize-result.ts'
import type { Transaction } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import { authorizeNotebook } from '../workspaces/authorize.ts'
import { createShare, type CreateShareRefusal } from './create-share.ts'

const EMBEDS = 'Embeds'

export interface EmbedResultInput {
  resultId: string
  kind: 'table' | 'chart'
  title: string
  options: Record<string, unknown>
  allowedOrigins: string[]
  requestId: string | null
}

export async function embedResult(deps: Pick<Deps, 'db' | 'now'>, actor: Actor | null, input: EmbedResultInput): Promise<Outcome<NewShare & { dashboardId: DashboardId }, CreateShareRefusal | TileRefusal>> {
  const result = await authorizeResult(deps, actor, input.resultId)
  if (!result.ok) return result
  const { workspaceId, notebookId, cellId } = result.value
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'share:manage')
  if (!allowed.ok) return allowed
  const origins = checkOrigins(input.allowedOrigins)
  if (!origins.ok) return origins
  return allOrNothing(deps.db, async (tx): Promise<Outcome<NewShare & { dashboardId: DashboardId }, CreateShareRefusal | TileRefusal>> => {
    const dashboardId = await findEmbeds(tx, workspaceId, actor)
    const tile = await insertTile(tx, workspaceId, dashboardId, { kind: input.kind, title: input.title, source: { notebookId, cellId }, options: input.options })
    if (!tile.ok) return tile
    const share = await createShare({ ...deps, db: tx }, actor, { kind: 'tile', tileId: tile.value.row.id, allowedOrigins: origins.value, requestId: input.requestId })
    return share.ok ? accept({ ...share.value, dashboardId }) : share
  })
}

/** A refusal takes back what was written on the way to it. */
async function allOrNothing<T, R extends string>(db: Deps['db'], work: (tx: Transaction) => Promise<Outcome<T, R>>): Promise<Outcome<T, R>> {
  const refused: Outcome<T, R>[] = []
  try {
    return await db.transaction(async (tx) => {
      const outcome = await work(tx)
      if (outcome.ok) return outcome
      refused.push(outcome)
      throw new Error('refused')
    })
  } catch (error) {
    const [refusal] = refused
    if (refusal !== undefined) return refusal
    throw error
  }
}

async function findEmbeds(tx: Transaction, workspaceId: WorkspaceId, actor: Actor | null): Promise<DashboardId> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`embeds:${workspaceId}`}, 0))`)
  const [known] = await tx.select({ id: dashboards.id }).from(dashboards)
    .where(and(eq(dashboards.workspaceId, workspaceId), eq(dashboards.title, EMBEDS), sql`(select count(*) from ${tiles} where ${tiles.dashboardId} = ${dashboards.id}) < ${TILES_MAX}`)).orderBy(asc(dashboards.createdAt)).limit(1)
  if (known !== undefined) return known.id
  const [made] = await tx.insert(dashboards).values({ workspaceId, title: EMBEDS, createdBy: memberIdOf(actor) }).returning({ id: dashboards.id })
  if (made === undefined) throw new Error('The dashboard was not written.')
  return made.id
}
