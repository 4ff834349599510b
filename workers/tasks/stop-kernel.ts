/**
 * Task `stop-kernel`, in the notebook's own queue: ends the notebook's kernel because a person restarts it (the one that was
 * there then), or, with `idleMs`, because nobody has used it for so long.
 */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { KernelId, NotebookId } from '#lib/domain/ids.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ notebookId: z.uuid(), kernelId: z.uuid().nullish(), idleMs: z.number().positive().optional() })

export const stopKernelTask = (deps: Pick<WorkerDeps, 'notebookKernels'>): Task => (payload) => {
  const { notebookId, kernelId, idleMs } = payloadSchema.parse(payload)
  return idleMs === undefined ? deps.notebookKernels.stopNotebook(notebookId as NotebookId, (kernelId ?? null) as KernelId | null) : deps.notebookKernels.stopIdle(notebookId as NotebookId, idleMs)
}
