/** From rows of `runs` and `run_cells` to the Run that pages and the API see. */
import { asc, eq, inArray, type SQL } from 'drizzle-orm'
import { withoutTraceback } from '#lib/domain/hide-trace.ts'
import type { RunId, UserId } from '#lib/domain/ids.ts'
import type { Run, RunCell } from '#lib/domain/run.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { runCells, runs } from '../store/schema/runs.ts'

export type RunRow = typeof runs.$inferSelect
export type RunCellRow = typeof runCells.$inferSelect

export function runFrom(row: RunRow, requesterName: string | null, cells: RunCell[]): Run {
  return {
    id: row.id, notebookId: row.notebookId, cause: row.cause, scope: row.scope, parameters: row.parameters, rerunOf: row.rerunOf as RunId | null,
    hasFreshKernel: row.hasFreshKernel, queueRank: row.queueRank, timeoutSeconds: row.timeoutSeconds, cellTimeoutSeconds: row.cellTimeoutSeconds, state: row.state, reason: reasonFrom(row.reason), attempt: row.attempt,
    requestedBy: row.requestedBy === null ? null : { id: row.requestedBy as UserId, name: requesterName ?? '' },
    requestedAt: row.requestedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    cells,
  }
}

/** Older rows hold the trace of a Python function too, which is in the cell's output for those who may see it. */
export const reasonFrom = (reason: string | null): string | null => (reason === null ? null : withoutTraceback(reason))

export const runCellFrom = (row: RunCellRow): RunCell => ({
  cellId: row.cellId, position: row.position, kind: row.kind, source: row.source, sourceDigest: row.sourceDigest, rowLimit: row.rowLimit, state: row.state,
  executionCount: row.executionCount,
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
})

export interface SelectRuns {
  where: SQL | undefined
  orderBy: SQL[]
  limit: number | null
}

/** Runs with their cells, in the order asked for. */
export async function selectRuns(db: Executor, { where, orderBy, limit }: SelectRuns): Promise<Run[]> {
  const query = db.select({ run: runs, name: user.name }).from(runs).leftJoin(user, eq(user.id, runs.requestedBy)).where(where).orderBy(...orderBy)
  const rows = await (limit === null ? query : query.limit(limit))
  const cells = await cellsOf(db, rows.map(({ run }) => run.id))
  return rows.map(({ run, name }) => runFrom(run, name, cells.get(run.id) ?? []))
}

async function cellsOf(db: Executor, ids: RunId[]): Promise<Map<RunId, RunCell[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select().from(runCells).where(inArray(runCells.runId, ids)).orderBy(asc(runCells.position))
  const byRun = new Map<RunId, RunCell[]>(ids.map((id) => [id, []]))
  for (const row of rows) byRun.get(row.runId)?.push(runCellFrom(row))
  return byRun
}
