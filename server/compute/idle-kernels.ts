/**
 * Kernels that nobody has used for so long that they are stopped. Asked for again by the job that stops one, in the
 * notebook's own queue, so that a run that came meanwhile keeps its kernel.
 */
import { and, eq, isNull, lt, notExists, sql } from 'drizzle-orm'
import type { KernelId, NotebookId } from '#lib/domain/ids.ts'
import type { Database, Executor } from '../store/client.ts'
import { kernels } from '../store/schema/compute.ts'
import { runs } from '../store/schema/runs.ts'
import { taskAtKernel } from './task-at-kernel.ts'

export async function listIdleKernels(db: Executor, { host, idleMs, now, notebookId }: { host: string; idleMs: number; now: Date; notebookId?: NotebookId }): Promise<{ id: KernelId; notebookId: NotebookId }[]> {
  const open = db.select({ one: sql`1` }).from(runs).where(and(eq(runs.notebookId, kernels.notebookId), isNull(runs.finishedAt)))
  return db.select({ id: kernels.id, notebookId: kernels.notebookId }).from(kernels).where(and(
    eq(kernels.host, host), isNull(kernels.endedAt), isNull(kernels.runId), eq(kernels.state, 'idle'),
    lt(kernels.lastUsedAt, new Date(now.getTime() - idleMs)), notebookId === undefined ? undefined : eq(kernels.notebookId, notebookId), notExists(open),
  ))
}

export async function askToStopIdle(deps: { db: Database; now: () => Date }, host: string, idleMs: number): Promise<void> {
  for (const { notebookId } of await listIdleKernels(deps.db, { host, idleMs, now: deps.now() })) {
    await deps.db.execute(sql`select from graphile_worker.add_job(${taskAtKernel('stop-kernel', notebookId)}, payload => ${JSON.stringify({ notebookId, idleMs })}::json,
      queue_name => ${`notebook:${notebookId}`}, max_attempts => 1, job_key => ${`stop-idle-kernel:${notebookId}`})`)
  }
}
