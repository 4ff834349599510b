/** Task `rest-kernel`, in the notebook's own queue: stops what a run that was given up left going in the notebook's kernel. Its variables stay. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ notebookId: z.uuid() })

export const restKernelTask = (deps: Pick<WorkerDeps, 'notebookKernels'>): Task => (payload) => deps.notebookKernels.bringToRest(payloadSchema.parse(payload).notebookId as NotebookId)
