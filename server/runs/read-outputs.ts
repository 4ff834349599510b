/**
 * What a notebook page is painted from before its stream begins. All of it is of one moment (`seq`), read in one
 * repeatable-read transaction. Of each cell it holds the newest run, and besides the newest that has begun, which is
 * what stays on screen while the newest waits.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { ofCells, type FeedSnapshot, type KernelFeedState } from '#lib/domain/feed.ts'
import { outputsFor } from '#lib/domain/hide-trace.ts'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Database, Transaction } from '../store/client.ts'
import { kernels } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { outputs, runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { readCellHistory } from './read-cell-history.ts'
import { joinOutputs, type ShownOutput } from './join-outputs.ts'
import { pickRuns, type PickedRun } from './pick-runs.ts'
import { selectRuns } from './run-rows.ts'

export async function readOutputs(deps: { db: Database; rooms: Pick<Rooms, 'read'> }, actor: Actor | null, notebookId: string): Promise<Outcome<FeedSnapshot, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, role, shareId } = allowed.value
  const { snapshot, pairs } = await readNewest(deps, id)
  const shown = shareId === null ? snapshot : ofCells(snapshot, (await deps.rooms.read(id)).cells.map((cell) => cell.id), pairs)
  return accept({ ...shown, outputs: outputsFor(role, shown.outputs) })
}

export const readSnapshot = async (deps: { db: Database }, notebookId: NotebookId): Promise<FeedSnapshot> => (await readNewest(deps, notebookId)).snapshot

function readNewest(deps: { db: Database }, notebookId: NotebookId): Promise<{ snapshot: FeedSnapshot; pairs: PickedRun[] }> {
  return deps.db.transaction(async (tx) => {
    const [notebook] = await tx.select({ seq: notebooks.feedSeq }).from(notebooks).where(eq(notebooks.id, notebookId))
    const pairs = await pickRuns(tx, notebookId)
    const ids = [...new Set([...pairs.map((pair) => pair.runId), ...(await openWithoutCells(tx, notebookId))])]
    const snapshot: FeedSnapshot = {
      seq: notebook?.seq ?? 0,
      kernel: await readKernelState(tx, notebookId),
      runs: ids.length === 0 ? [] : await selectRuns(tx, { where: inArray(runs.id, ids), orderBy: [asc(runs.requestedAt)], limit: null }),
      outputs: await readShown(tx, notebookId, pairs),
      history: await readCellHistory(tx, notebookId),
    }
    return { snapshot, pairs }
  }, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

/** Runs that load a table whole run no cell. */
async function openWithoutCells(tx: Transaction, notebookId: NotebookId): Promise<RunId[]> {
  const rows = await tx.select({ id: runs.id }).from(runs).where(and(eq(runs.notebookId, notebookId), isNull(runs.finishedAt), sql`${runs.scope} ->> 'kind' = 'whole-result'`))
  return rows.map(({ id }) => id)
}

async function readShown(tx: Transaction, notebookId: NotebookId, pairs: readonly PickedRun[]): Promise<ShownOutput[]> {
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
