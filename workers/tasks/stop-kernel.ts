/** Task `stop-kernel`, in the notebook's own queue: ends the notebook's kernel because a person restarts it. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ notebookId: z.uuid() })

export const stopKernelTask = (deps: WorkerDeps): Task => (payload) =>
  deps.notebookKernels.stopNotebook(payloadSchema.parse(payload).notebookId as NotebookId)
