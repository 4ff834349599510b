/**
 * What a notebook page is painted from before its stream begins. All of it is of one moment (`seq`), read in one
 * repeatable-read transaction. Of each cell it holds the newest run, and besides the newest that has begun, which is
 * what stays on screen while the newest waits.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { FeedSnapshot, KernelFeedState } from '#lib/domain/feed.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database, Transaction } from '../store/client.ts'
import { kernels } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { outputs, runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { readCellHistory } from './read-cell-history.ts'
import { joinOutputs, type ShownOutput } from './join-outputs.ts'
import { selectRuns } from './run-rows.ts'

export async function readOutputs(deps: { db: Database }, actor: Actor | null, notebookId: string): Promise<Outcome<FeedSnapshot, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  return accept(await readSnapshot(deps, allowed.value.id))
}

export function readSnapshot(deps: { db: Database }, notebookId: NotebookId): Promise<FeedSnapshot> {
  return deps.db.transaction(async (tx) => {
    const [notebook] = await tx.select({ seq: notebooks.feedSeq }).from(notebooks).where(eq(notebooks.id, notebookId))
    const pairs = await pickRuns(tx, notebookId)
    const ids = [...new Set([...pairs.map((pair) => pair.runId), ...(await openWithoutCells(tx, notebookId))])]
    return {
      seq: notebook?.seq ?? 0,
      kernel: await readKernelState(tx, notebookId),
      runs: ids.length === 0 ? [] : await selectRuns(tx, { where: inArray(runs.id, ids), orderBy: [asc(runs.requestedAt)], limit: null }),
      outputs: await readShown(tx, notebookId, pairs),
      history: await readCellHistory(tx, notebookId),
    }
  }, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

interface Pair { runId: RunId; cellId: string; isShown: boolean }

/** Per cell: its newest run, begun or asked for last, and the newest two that began (the second only while the first is under way). */
async function pickRuns(tx: Transaction, notebookId: NotebookId): Promise<Pair[]> {
  return tx.execute<{ runId: RunId; cellId: string; isShown: boolean }>(sql`
    with ranked as (
      select rc.run_id, rc.cell_id, rc.started_at, rc.finished_at, r.finished_at is null as is_open,
        row_number() over (partition by rc.cell_id order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest,
        row_number() over (partition by rc.cell_id, rc.started_at is null order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest_alike,
        first_value(rc.finished_at) over (partition by rc.cell_id, rc.started_at is null order by coalesce(rc.started_at, r.requested_at) desc, r.id) as newest_finished_at
      from run_cells rc join runs r on r.id = rc.run_id where r.notebook_id = ${notebookId}
    ), picked as (
      select *, started_at is not null and (newest_alike = 1 or (newest_alike = 2 and newest_finished_at is null)) as is_shown from ranked
    )
    select run_id as "runId", cell_id as "cellId", is_shown as "isShown" from picked where is_shown or newest = 1 or is_open`)
}

/** Runs that load a table whole run no cell. */
async function openWithoutCells(tx: Transaction, notebookId: NotebookId): Promise<RunId[]> {
  const rows = await tx.select({ id: runs.id }).from(runs).where(and(eq(runs.notebookId, notebookId), isNull(runs.finishedAt), sql`${runs.scope} ->> 'kind' = 'whole-result'`))
  return rows.map(({ id }) => id)
}

async function readShown(tx: Transaction, notebookId: NotebookId, pairs: Pair[]): Promise<ShownOutput[]> {
  const shown = new Set(pairs.filter((pair) => pair.isShown).map((pair) => `${pair.runId} ${pair.cellId}`))
  const ids = [...new Set(pairs.filter((pair) => pair.isShown).map((pair) => pair.runId))]
  if (ids.length === 0) return []
  const rows = await tx.select({ runId: outputs.runId, cellId: outputs.cellId, output: outputs.output }).from(outputs)
    .where(and(eq(outputs.notebookId, notebookId), inArray(outputs.runId, ids))).orderBy(asc(outputs.seq))
  return joinOutputs(rows.filter((row) => shown.has(`${row.runId} ${row.cellId}`)))
}

export async function readKernelState(tx: Transaction | Database, notebookId: NotebookId): Promise<{ state: KernelFeedState; reason: string | null }> {
  const [kernel] = await tx.select({ state: kernels.state, reason: kernels.endReason }).from(kernels)
    .where(and(eq(kernels.notebookId, notebookId), isNull(kernels.runId))).orderBy(desc(kernels.startedAt)).limit(1)
  return kernel ?? { state: 'stopped', reason: null }
}
