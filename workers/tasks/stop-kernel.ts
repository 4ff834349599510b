/**
 * Task `stop-kernel`, in the notebook's own queue: ends the notebook's kernel because a person restarts it,
 * or, with `idleMs`, because nobody has used it for so long.
 */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ notebookId: z.uuid(), idleMs: z.number().positive().optional() })

export const stopKernelTask = (deps: WorkerDeps): Task => (payload) => {
  const { notebookId, idleMs } = payloadSchema.parse(payload)
  return idleMs === undefined ? deps.notebookKernels.stopNotebook(notebookId as NotebookId) : deps.notebookKernels.stopIdle(notebookId as NotebookId, idleMs)
}
