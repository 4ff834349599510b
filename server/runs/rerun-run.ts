/**
 * Does a run again exactly: the cells, their text and the parameters are those that the run kept, whatever the notebook
 * says now. It is a new run of whoever asks, and it remembers which one it repeats. With `pins` it is an exact re-run: in a
 * kernel of its own, with every table as that run read it.
 */
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Pins } from '#lib/domain/provenance.ts'
import type { Run } from '#lib/domain/run.ts'
import { requestWhole, type RequestWholeRefusal } from '../results/request-whole.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { runPins } from '../store/schema/provenance.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { insertRun } from './insert-run.ts'
import { authorizeRun } from './read-run.ts'
import { roomInQueue } from './room-in-queue.ts'

export async function rerunRun(deps: { db: Database; now: () => Date }, actor: Actor | null, input: { runId: string; requestId: string | null; pins?: Pins }): Promise<Outcome<Run, AuthorizeRefusal | RequestWholeRefusal>> {
  const allowed = await authorizeRun(deps, actor, input.runId, 'run:request')
  if (!allowed.ok) return allowed
  const { userId, name, sessionId } = actor as Member
  const id = input.runId as RunId
  const [{ scope: wanted } = {}] = await deps.db.select({ scope: runs.scope }).from(runs).where(eq(runs.id, id))
  if (wanted?.kind === 'whole-result') return requestWhole(deps, actor, { resultId: wanted.resultId, requestId: input.requestId })
  return deps.db.transaction(async (tx) => {
    const [run] = await tx.select().from(runs).where(eq(runs.id, id))
    const cells = await tx.select().from(runCells).where(eq(runCells.runId, id)).orderBy(asc(runCells.position))
    if (run === undefined) throw new Error(`run ${id} vanished`)
    const room = await roomInQueue(tx, run.notebookId)
    if (!room.ok) return room
    const { workspaceId, notebookId, scope, parameters, timeoutSeconds, cellTimeoutSeconds } = run
    const made = await insertRun(tx, {
      id: randomUUID() as RunId, workspaceId, notebookId, scope, parameters, hasFreshKernel: run.hasFreshKernel || input.pins !== undefined, timeoutSeconds, cellTimeoutSeconds, rerunOf: id, maxAttempts: 1,
      cells: cells.map((cell) => ({ id: cell.cellId, kind: cell.kind, source: cell.source, rowLimit: cell.rowLimit })),
      cause: sessionId === null ? 'api' : 'person', requestedBy: { id: userId, name }, requestId: input.requestId,
    }, deps.now())
    if (input.pins !== undefined) await tx.insert(runPins).values({ runId: made.id, pins: input.pins })
    return accept(made)
  })
}
