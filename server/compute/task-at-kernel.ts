/**
 * Jobs that are about a notebook's kernel go to the machine on which it lives: a kernel is a process, and what it holds is
 * there and nowhere else. Each task of that sort has a name for every machine beside its plain one, which any worker takes:
 * where there is no kernel yet, or nobody works on its machine any more.
 */
import { sql, type SQL } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'

export const KERNEL_TASKS = ['run-notebook', 'stop-kernel', 'rest-kernel', 'remove-package'] as const
export type KernelTask = (typeof KERNEL_TASKS)[number]

export const taskOn = (task: KernelTask, host: string): string => `${task}:${host}`

/** The task's name, found within the statement that adds the job. */
export const taskAtKernel = (task: KernelTask, notebookId: NotebookId): SQL => sql`coalesce((
  select ${`${task}:`}::text || kernels.host from kernels where kernels.notebook_id = ${notebookId}::uuid and kernels.run_id is null and kernels.ended_at is null
    and exists (select from workers where workers.host = kernels.host)), ${task}::text)`
