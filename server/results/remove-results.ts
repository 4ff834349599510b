/**
 * Removes the tables of results that the rule of their workspace gives up, and of runs that are gone. A result is given up
 * in its row first, and then its table is erased: a store that is away or a worker that dies costs an hour, and a result
 * whose row says nothing is whole. Only below workspaces of this database: a bucket may serve others too.
 */
import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { isUuid, type NotebookId, type WorkspaceId } from '#lib/domain/ids.ts'
import { planRetention, type KeptResult, type RetentionRule } from '#lib/domain/retention.ts'
import type { CoreDeps } from '../deps.ts'
import { shares } from '../store/schema/dashboards.ts'
import { runPins } from '../store/schema/provenance.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import { workspaces } from '../store/schema/workspaces.ts'

type RemoveDeps = Pick<CoreDeps, 'db' | 'objects' | 'now'>
const AT_ONCE = 500

/** Says how many results went. */
export async function removeResults(deps: RemoveDeps): Promise<number> {
  const rules = await deps.db.select({ id: workspaces.id, days: workspaces.resultsKeepDays, count: workspaces.resultsKeepCount }).from(workspaces)
  for (const { id, ...rule } of rules) if (rule.days !== null || rule.count !== null) await giveUp(deps, id, rule)
  const erased = await eraseGivenUp(deps)
  for (const { id } of rules) await removeOrphans(deps, id)
  return erased
}

async function giveUp(deps: RemoveDeps, workspaceId: WorkspaceId, rule: RetentionRule): Promise<void> {
  const notebooks = await deps.db.selectDistinct({ id: results.notebookId }).from(results).where(and(eq(results.workspaceId, workspaceId), isNull(results.removedAt)))
  const shared = new Set(await sharedNotebooks(deps, workspaceId))
  for (const { id } of notebooks) {
    const going = planRetention(await keptResults(deps, id), rule, shared.has(id), deps.now().getTime())
    for (let at = 0; at < going.length; at += AT_ONCE) {
      // Somebody may pin one in this moment.
      await deps.db.update(results).set({ removedAt: deps.now() }).where(and(inArray(results.id, going.slice(at, at + AT_ONCE)), isNull(results.pinnedAt)))
    }
  }
}

/** As newest-good-result.ts has it: a table that was loaded whole later is as old as its first rows, and an exact re-run is not what dashboards show. */
async function keptResults({ db }: RemoveDeps, notebookId: NotebookId): Promise<KeptResult[]> {
  const part = alias(results, 'part')
  const rows = await db.select({
    id: results.id, cellId: results.cellId, runId: results.runId, createdAt: results.createdAt, partCreatedAt: part.createdAt, pinnedAt: results.pinnedAt, state: runCells.state, endedAt: runCells.finishedAt, finishedAt: runs.finishedAt, exactRunId: runPins.runId,
  }).from(results)
    .innerJoin(runCells, and(eq(runCells.runId, results.runId), eq(runCells.cellId, results.cellId))).innerJoin(runs, eq(runs.id, results.runId))
    .leftJoin(part, eq(part.id, results.wholeOf)).leftJoin(runPins, eq(runPins.runId, results.runId))
    .where(and(eq(results.notebookId, notebookId), isNull(results.removedAt)))
  return rows.map(({ id, cellId, runId, createdAt, partCreatedAt, pinnedAt, state, endedAt, finishedAt, exactRunId }) => ({
    id, cellId, runId, endedAt: (endedAt ?? partCreatedAt ?? createdAt).getTime(), isGood: state === 'succeeded' && exactRunId === null, isPinned: pinnedAt !== null, isRunOpen: finishedAt === null,
  }))
}

async function sharedNotebooks(deps: RemoveDeps, workspaceId: WorkspaceId): Promise<NotebookId[]> {
  const rows = await deps.db.select({ id: shares.notebookId }).from(shares)
    .where(and(eq(shares.workspaceId, workspaceId), isNotNull(shares.notebookId), isNull(shares.revokedAt), or(isNull(shares.expiresAt), gt(shares.expiresAt, deps.now()))))
  return rows.flatMap(({ id }) => (id === null ? [] : [id]))
}

async function eraseGivenUp(deps: RemoveDeps): Promise<number> {
  let erased = 0
  for (;;) {
    const rows = await deps.db.select({ id: results.id, path: results.path }).from(results).where(and(isNotNull(results.removedAt), isNull(results.erasedAt))).limit(AT_ONCE)
    for (const { id, path } of rows) {
      await deps.objects.removeAll(`${path}/`)
      await deps.db.update(results).set({ erasedAt: deps.now() }).where(eq(results.id, id))
      erased += 1
    }
    if (rows.length < AT_ONCE) return erased
  }
}

/** Postgres is asked after the store was: a run whose table is there has had its row before. */
async function removeOrphans(deps: RemoveDeps, workspaceId: WorkspaceId): Promise<void> {
  const prefix = `ws/${workspaceId}/results/`
  const ids: string[] = []
  for await (const name of deps.objects.folders(prefix)) if (isUuid(name)) ids.push(name)
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    const known = new Set((await deps.db.execute<{ id: string }>(sql`select id from runs where id in ${some}`)).map(({ id }) => id))
    for (const id of some) if (!known.has(id)) await deps.objects.removeAll(`${prefix}${id}/`)
  }
}
