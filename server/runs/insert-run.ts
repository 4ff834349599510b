/**
 * Makes a run within the caller's transaction: the row, its cells with the exact source, the first feed event and
 * the queue's job. Runs of a notebook's own kernel go one after another; runs with a fresh kernel share nothing
 * with them and have a line of their own, so that a long scheduled run does not hold up a person.
 */
import { sql } from 'drizzle-orm'
import { digestSource } from '#lib/document/digest.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { NotebookId, RunId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Run, RunCause, RunScope } from '#lib/domain/run.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Transaction } from '../store/client.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { runCellFrom, runFrom } from './run-rows.ts'

export interface NewRun {
  id: RunId
  workspaceId: WorkspaceId
  notebookId: NotebookId
  cause: RunCause
  requestedBy: { id: UserId; name: string } | null
  requestId: string | null
  scope: RunScope
  cells: readonly Cell[]
  hasFreshKernel: boolean
  maxAttempts: number
}

/** Smaller comes first: what a person waits for goes before what a clock asked for. */
const PRIORITY: Record<RunCause, number> = { person: 0, api: 0, workflow: 10, schedule: 10 }

export async function insertRun(tx: Transaction, run: NewRun): Promise<Run> {
  const { id, workspaceId, notebookId, cause, requestId, scope, hasFreshKernel, maxAttempts } = run
  const [row] = await tx.insert(runs)
    .values({ id, workspaceId, notebookId, cause, requestedBy: run.requestedBy?.id ?? null, requestId, scope, hasFreshKernel, maxAttempts }).returning()
  if (row === undefined) throw new Error('The run was not inserted.')
  const cells = await tx.insert(runCells).values(run.cells.map(({ id: cellId, kind, source }, position) => (
    { runId: id, cellId, position, kind, source, sourceDigest: digestSource(source) }))).returning()
  const made = runFrom(row, run.requestedBy?.name ?? null, cells.map(runCellFrom))
  await appendToFeed(tx, notebookId, [{ kind: 'run.requested', run: made }])
  await addRunJob(tx, row)
  return made
}

export const jobKey = (runId: RunId): string => `run:${runId}`

/** The job carries the run's id only: all else is read from the row when it is claimed. */
export async function addRunJob(tx: Transaction, run: { id: RunId; notebookId: NotebookId; cause: RunCause; hasFreshKernel: boolean }): Promise<void> {
  const queue = run.hasFreshKernel ? `notebook:${run.notebookId}:fresh` : `notebook:${run.notebookId}`
  await tx.execute(sql`select from graphile_worker.add_job('run-notebook', payload => ${JSON.stringify({ runId: run.id })}::json,
    queue_name => ${queue}, max_attempts => 1, job_key => ${jobKey(run.id)}, priority => ${PRIORITY[run.cause]}::integer)`)
}
