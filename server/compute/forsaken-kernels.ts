/**
 * Notebooks' own kernels that are at work or on their way although no run holds them: the worker of their run died, or
 * could not write how it ended. Asked for again by the job that brings one to rest, in the notebook's own queue, so that
 * a run that came meanwhile is never interrupted.
 */
import { and, eq, isNull, ne, notExists, sql } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { Database, Executor } from '../store/client.ts'
import { kernels } from '../store/schema/compute.ts'
import { runs } from '../store/schema/runs.ts'
import type { KernelRow } from './kernel-store.ts'
import { taskAtKernel } from './task-at-kernel.ts'

export async function listForsakenKernels(db: Executor, { host, notebookId }: { host: string; notebookId?: NotebookId }): Promise<KernelRow[]> {
  const holding = db.select({ one: sql`1` }).from(runs)
    .where(and(eq(runs.notebookId, kernels.notebookId), eq(runs.hasFreshKernel, false), isNull(runs.finishedAt), ne(runs.state, 'queued')))
  return db.select().from(kernels).where(and(
    eq(kernels.host, host), isNull(kernels.endedAt), isNull(kernels.runId), ne(kernels.state, 'idle'),
    notebookId === undefined ? undefined : eq(kernels.notebookId, notebookId), notExists(holding),
  ))
}

export async function askToRest({ db }: { db: Database }, host: string): Promise<void> {
  for (const { notebookId } of await listForsakenKernels(db, { host })) {
    await db.execute(sql`select from graphile_worker.add_job(${taskAtKernel('rest-kernel', notebookId)}, payload => ${JSON.stringify({ notebookId })}::json,
      queue_name => ${`notebook:${notebookId}`}, max_attempts => 1, job_key => ${`rest-kernel:${notebookId}`}, priority => -1)`)
  }
}
