/**
 * A person asks for all rows of a table that its cell showed in part. No cell runs: the kernel writes the frame that it
 * still has, in the notebook's queue, as a run that everybody sees. Where the kernel cannot have it any more this is
 * refused (`frame-gone`), and only the person decides whether the cell runs again.
 */
import { randomUUID } from 'node:crypto'
import { and, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { RUN_AGAIN } from '#lib/domain/row-limit.ts'
import type { Run } from '#lib/domain/run.ts'
import type { Actor, Member } from '../auth/actor.ts'
import { findKernel } from '../compute/kernel-store.ts'
import type { Database, Transaction } from '../store/client.ts'
import { results, runCells, runs } from '../store/schema/runs.ts'
import { insertRun } from '../runs/insert-run.ts'
import { roomInQueue } from '../runs/room-in-queue.ts'
import { selectRuns } from '../runs/run-rows.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult, type ResultRow } from './authorize-result.ts'

export type RequestWholeRefusal = AuthorizeRefusal | 'result-whole' | 'result-gone' | 'frame-gone' | 'too-many-requests'

export async function requestWhole(deps: { db: Database; now: () => Date }, actor: Actor | null, input: { resultId: string; requestId: string | null }): Promise<Outcome<Run, RequestWholeRefusal>> {
  const found = await authorizeResult(deps, actor, input.resultId)
  if (!found.ok) return found
  const result = found.value
  const allowed = await authorizeNotebook(deps, actor, result.notebookId, 'run:request')
  if (!allowed.ok) return allowed
  const { userId, name, sessionId } = actor as Member
  return deps.db.transaction(async (tx) => {
    // Two who press at once ask for one run.
    await tx.select({ id: results.id }).from(results).where(eq(results.id, result.id)).for('update')
    const open = await findOpen(tx, result)
    if (open !== null) return accept(open)
    const can = await canLoad(tx, result)
    if (!can.ok) return can
    const room = await roomInQueue(tx, result.notebookId)
    if (!room.ok) return room
    return accept(await insertRun(tx, {
      id: randomUUID() as RunId, workspaceId: result.workspaceId, notebookId: result.notebookId, requestId: input.requestId,
      scope: { kind: 'whole-result', resultId: result.id, cellId: result.cellId }, cells: [], parameters: {},
      cause: sessionId === null ? 'api' : 'person', requestedBy: { id: userId, name }, hasFreshKernel: false, maxAttempts: 1,
    }, deps.now()))
  })
}

async function findOpen(tx: Transaction, { id, notebookId }: ResultRow): Promise<Run | null> {
  const isOfIt = sql`${runs.scope} ->> 'kind' = 'whole-result' and ${runs.scope} ->> 'resultId' = ${id}`
  const [open] = await selectRuns(tx, { where: and(eq(runs.notebookId, notebookId), isNull(runs.finishedAt), isOfIt), orderBy: [], limit: 1 })
  return open ?? null
}

async function canLoad(tx: Transaction, result: ResultRow): Promise<Outcome<null, 'result-whole' | 'result-gone' | 'frame-gone'>> {
  const [whole] = await tx.select({ id: results.id }).from(results).where(and(eq(results.wholeOf, result.id), isNull(results.removedAt)))
  if (!result.truncated || whole !== undefined) return refuse('result-whole', 'All rows of this table are loaded already.')
  if (result.removedAt !== null) return refuse('result-gone', `This result was removed by the workspace’s rule already. ${RUN_AGAIN}`)
  const [[run], kernel, [later]] = await Promise.all([
    tx.select({ hasFreshKernel: runs.hasFreshKernel, requestedAt: runs.requestedAt }).from(runs).where(eq(runs.id, result.runId)),
    findKernel(tx, result.notebookId),
    tx.select({ id: runs.id }).from(runCells).innerJoin(runs, eq(runs.id, runCells.runId))
      .where(and(eq(runCells.notebookId, result.notebookId), eq(runs.hasFreshKernel, false), ne(runs.id, result.runId), eq(runCells.cellId, result.cellId), gt(runCells.startedAt, result.createdAt))).limit(1),
  ])
  // A run with a kernel of its own ended it; a kernel that came later has never seen the table.
  if (run?.hasFreshKernel !== false || kernel === null || kernel.startedAt > result.createdAt) return refuse('frame-gone', `The kernel that showed this table has ended. ${RUN_AGAIN}`)
  if (later !== undefined) return refuse('frame-gone', `The cell ran again since, so this table is not held any more. ${RUN_AGAIN}`)
  return accept(null)
}
