/**
 * Every task of the queue. Runs have pools of their own: they may take hours, and must not keep the minute's tick or
 * the end of a workflow's step waiting; nor those of schedules and workflows those that a person waits for. What tidies
 * up or carries whole tables has one too: ten that are thrown away must not make the schedules late.
 */
import type { CronItem, Task, TaskList } from 'graphile-worker'
import { KERNEL_TASKS, taskOn, type KernelTask } from '#server/compute/task-at-kernel.ts'
import { hostName } from '#server/config.ts'
import type { WorkerDeps } from '../worker-deps.ts'
import type { ImportDeps } from '../imports/bring-in.ts'
import { bringInTask, cronItems as uploadsCron, openWorkbookTask, tendUploadsTask } from './bring-in.ts'
import { forgetComputeTask, restartComputeTask, startComputeTask, stopComputeTask } from './change-compute.ts'
import { cronItems as binCron, emptyDataBinTask, moveDataTask } from './move-data.ts'
import { cronItems as attemptsCron, removeAttemptsTask } from './remove-attempts.ts'
import { cronItems as kernelsCron, removeKernelsTask } from './remove-kernels.ts'
import { removePackageTask } from './remove-package.ts'
import { cronItems as resultsCron, removeResultsTask } from './remove-results.ts'
import { cronItems as textsCron, removeTextsTask } from './remove-texts.ts'
import { restKernelTask } from './rest-kernel.ts'
import { runEndedTask } from './run-ended.ts'
import { runNotebookTask } from './run-notebook.ts'
import { stopKernelTask } from './stop-kernel.ts'
import { cronItems as tickCron, tickTask } from './tick.ts'

export function runTasks(deps: WorkerDeps): TaskList {
  const tasks: Record<KernelTask, Task> = { 'run-notebook': runNotebookTask(deps), 'stop-kernel': stopKernelTask(deps), 'rest-kernel': restKernelTask(deps), 'remove-package': removePackageTask(deps) }
  return { ...tasks, ...Object.fromEntries(KERNEL_TASKS.map((task) => [taskOn(task, hostName()), tasks[task]])) }
}

export const backgroundTasks = (deps: WorkerDeps): TaskList => ({ 'run-in-background': runNotebookTask(deps) })

export const importTasks = (deps: ImportDeps): TaskList => ({ 'bring-in': bringInTask(deps), 'open-workbook': openWorkbookTask(deps) })

export const choreTasks = (deps: WorkerDeps): TaskList => ({
  'run-ended': runEndedTask(deps),
  tick: tickTask(deps),
  'start-compute': startComputeTask(deps),
  'stop-compute': stopComputeTask(deps),
  'restart-compute': restartComputeTask(deps),
  'forget-compute': forgetComputeTask(deps),
})

export const tidyTasks = (deps: WorkerDeps): TaskList => ({
  'remove-texts': removeTextsTask(deps),
  'move-data': moveDataTask(deps),
  'remove-results': removeResultsTask(deps),
  'remove-kernels': removeKernelsTask(deps),
  'remove-attempts': removeAttemptsTask(deps),
  'empty-data-bin': emptyDataBinTask(deps),
  'tend-uploads': tendUploadsTask(deps),
})

export const cronItems: CronItem[] = [...tickCron, ...textsCron, ...binCron, ...resultsCron, ...kernelsCron, ...attemptsCron, ...uploadsCron]
