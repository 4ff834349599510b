/**
 * Asks for a notebook's own kernel to be stopped, by a job in the notebook's own queue: after what runs there, before what
 * waits. The job names the kernel that is meant. One that comes late, since the machine that it waited for was away, finds
 * another kernel in the notebook by then, whose variables nobody asked to lose.
 */
import { sql } from 'drizzle-orm'
import type { KernelId, NotebookId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { taskAtKernel } from './task-at-kernel.ts'

/** `kernelId` is null where there was none when it was asked for: one that was on its way is meant. */
export interface KernelToStop {
  notebookId: NotebookId
  kernelId: KernelId | null
}

export async function askToStop(db: Executor, { notebookId, kernelId }: KernelToStop): Promise<void> {
  await db.execute(sql`select from graphile_worker.add_job(${taskAtKernel('stop-kernel', notebookId)}, payload => ${JSON.stringify({ notebookId, kernelId })}::json,
    queue_name => ${`notebook:${notebookId}`}, max_attempts => 3, job_key => ${`stop-kernel:${notebookId}`}, priority => -1)`)
}
