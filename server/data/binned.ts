/** What of a workspace's data is on its way to the bin or back: it is in neither place, and is shown in none. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor, Transaction } from '../store/client.ts'
import { binnedData } from '../store/schema/data.ts'

export type BinnedRow = typeof binnedData.$inferSelect

const ON_THE_WAY = ['moving', 'restoring'] as const

export async function pathsOnTheWay(executor: Executor, workspaceId: WorkspaceId): Promise<Set<string>> {
  const rows = await executor.select({ path: binnedData.path }).from(binnedData).where(and(eq(binnedData.workspaceId, workspaceId), inArray(binnedData.state, [...ON_THE_WAY])))
  return new Set(rows.map(({ path }) => path))
}

export async function isBinned(executor: Executor, workspaceId: WorkspaceId, path: string): Promise<boolean> {
  return (await onTheWayTo(executor, workspaceId, path)).length > 0
}

/** Rows of the bin: at most one, as its index sees to. */
export async function onTheWayTo(executor: Executor, workspaceId: WorkspaceId, path: string): Promise<string[]> {
  const rows = await executor.select({ id: binnedData.id }).from(binnedData)
    .where(and(eq(binnedData.workspaceId, workspaceId), eq(binnedData.path, path), inArray(binnedData.state, [...ON_THE_WAY])))
  return rows.map(({ id }) => id)
}

/** Until the transaction ends, nobody else decides what becomes of the place: the bin, its way back, an import. Locks of other things are taken before it. */
export async function holdPlace(tx: Transaction, path: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`data:${path}`}))`)
}
