/**
 * Makes a run within the caller's transaction: the row, its cells with the exact source, the first feed event and
 * the queue's job. Runs of a notebook's own kernel go one after another; runs with a fresh kernel share nothing
 * with them and have a line of their own, so that a long scheduled run does not hold up a person.
 */
import { sql, type SQL } from 'drizzle-orm'
import { digestSource } from '#lib/document/digest.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { NotebookId, RunId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Parameters } from '#lib/domain/parameter.ts'
import { ROW_LIMIT } from '#lib/domain/row-limit.ts'
import type { Run, RunCause, RunScope } from '#lib/domain/run.ts'
import { taskAtKernel } from '../compute/task-at-kernel.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Transaction } from '../store/client.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { runCellFrom, runFrom, type RunCellRow, type RunRow } from './run-rows.ts'
import { storable, storableText } from './storable.ts'

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
  parameters: Parameters
  rerunOf?: RunId | null
  timeoutSeconds?: number | null | undefined
  cellTimeoutSeconds?: number | null | undefined
}

/** Smaller comes first: what a person waits for goes before what a clock asked for. */
const PRIORITY: Record<RunCause, number> = { person: 0, api: 0, workflow: 10, schedule: 10 }

/** The statements leave together, so that all of them cost one round trip. */
export async function insertRun(tx: Transaction, run: NewRun, now: Date): Promise<Run> {
  const { id, workspaceId, notebookId, cause, requestId, scope, hasFreshKernel, maxAttempts } = run
  const row: RunRow = {
    id, workspaceId, notebookId, cause, requestId, scope, hasFreshKernel, maxAttempts, requestedBy: run.requestedBy?.id ?? null, requestedAt: now,
    state: 'queued', reason: null, attempt: 0, attemptToken: null, outputBatch: 0, workerId: null, startedAt: null, finishedAt: null,
    parameters: storable(run.parameters), environment: null, rerunOf: run.rerunOf ?? null, queueRank: 0,
    timeoutSeconds: run.timeoutSeconds ?? null, cellTimeoutSeconds: run.cellTimeoutSeconds ?? null,
  }
  const cells = run.cells.map((cell, position): RunCellRow => ({
    runId: id, cellId: cell.id, notebookId, requestedAt: now, position, kind: cell.kind, source: storableText(cell.source), sourceDigest: digestSource(cell.source), rowLimit: cell.rowLimit === undefined ? ROW_LIMIT : cell.rowLimit,
    state: 'queued', executionCount: null, startedAt: null, finishedAt: null,
  }))
  const made = runFrom(row, run.requestedBy?.name ?? null, cells.map(runCellFrom))
  await Promise.all([
    tx.insert(runs).values(row).execute(),
    ...(cells.length === 0 ? [] : [tx.insert(runCells).values(cells).execute()]),
    appendToFeed(tx, notebookId, [{ kind: 'run.requested', run: made }]),
    addRunJob(tx, row),
  ])
  return made
}

export const jobKey = (runId: RunId): string => `run:${runId}`

/** [L5] Runs behind which nobody waits have workers' places of their own: however many there are, a person's finds one free. */
const taskOf = ({ hasFreshKernel, notebookId }: { hasFreshKernel: boolean; notebookId: NotebookId }): SQL => (hasFreshKernel ? sql`'run-in-background'::text` : taskAtKernel('run-notebook', notebookId))

/**
 * The job carries ids only: all else is read from the row when it is claimed. The notebook's lets a worker know its kernel, the workspace's its share.
 * It may begin from this instant on and not from the transaction's: behind the lock of the feed (append.ts), jobs follow each other as the feed tells.
 */
export async function addRunJob(tx: Transaction, run: { id: RunId; workspaceId: WorkspaceId; notebookId: NotebookId; cause: RunCause; hasFreshKernel: boolean }): Promise<void> {
  const queue = run.hasFreshKernel ? `notebook:${run.notebookId}:fresh` : `notebook:${run.notebookId}`
  await tx.execute(sql`select from graphile_worker.add_job(${taskOf(run)}, payload => ${JSON.stringify({ runId: run.id, notebookId: run.hasFreshKernel ? null : run.notebookId })}::json, run_at => clock_timestamp(),
    queue_name => ${queue}::text, max_attempts => 1, job_key => ${jobKey(run.id)}::text, priority => ${PRIORITY[run.cause]}::integer, flags => array[${`workspace:${run.workspaceId}`}]::text[])`)
}
