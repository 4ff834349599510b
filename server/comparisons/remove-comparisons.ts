/**
 * Removes comparisons whose results are given up, whatever they hold of them, and those that nobody looked at for long: they
 * are made again when somebody asks. The row goes first, so nobody is led to a table that is half erased; what is left
 * without a row goes the next time.
 */
import { inArray, sql } from 'drizzle-orm'
import { isUuid, type ComparisonId, type WorkspaceId } from '#lib/domain/ids.ts'
import { prefixOf } from '../data/data-place.ts'
import type { CoreDeps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { comparisons } from '../store/schema/comparisons.ts'
import { workspaces } from '../store/schema/workspaces.ts'

type RemoveDeps = Pick<CoreDeps, 'db' | 'objects' | 'now'>

export const COMPARISON_KEPT_DAYS = 30
/** Of a workspace; each may be a table of many megabytes. */
export const COMPARISONS_MAX = 200
const AT_ONCE = 500
/** One that is being written has no row yet. */
const WRITTEN_WITHIN_MS = 3600_000

/** Says how many comparisons went. */
export async function removeComparisons(deps: RemoveDeps): Promise<number> {
  const before = new Date(deps.now().getTime() - COMPARISON_KEPT_DAYS * 24 * 3600_000)
  const gone = await deps.db.execute(sql`
    delete from comparisons c where c.used_at < ${before.toISOString()}::timestamptz
      or exists (select 1 from results r where r.id in (c.before_id, c.after_id) and r.removed_at is not null)
    returning c.id`)
  for (const { id } of await deps.db.select({ id: workspaces.id }).from(workspaces)) await removeOrphans(deps, id)
  return gone.length
}

/** Those that were not looked at for longest go when there is one too many; their tables with the next removal. */
export async function removeOldest(db: Executor, workspaceId: WorkspaceId): Promise<void> {
  await db.execute(sql`
    delete from comparisons where id in (
      select id from comparisons where workspace_id = ${workspaceId} order by used_at desc, created_at desc, id offset ${COMPARISONS_MAX})`)
}

async function removeOrphans(deps: RemoveDeps, workspaceId: WorkspaceId): Promise<void> {
  const prefix = prefixOf(workspaceId, 'comparisons')
  const ids: ComparisonId[] = []
  for await (const name of deps.objects.folders(prefix)) if (isUuid(name)) ids.push(name as ComparisonId)
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    const known = new Set((await deps.db.select({ id: comparisons.id }).from(comparisons).where(inArray(comparisons.id, some))).map(({ id }) => id))
    for (const id of some) if (!known.has(id) && (await isSettled(deps, `${prefix}${id}/`))) await deps.objects.removeAll(`${prefix}${id}/`)
  }
}

async function isSettled({ objects, now }: RemoveDeps, prefix: string): Promise<boolean> {
  const { files } = await objects.level(prefix, 10)
  return files.every(({ modifiedAt }) => now().getTime() - modifiedAt.getTime() > WRITTEN_WITHIN_MS)
}
