/** Task `remove-package`, in the notebook's own queue: takes a package out of the notebook's folder. What is imported already stays until the kernel restarts. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { NotebookId } from '#lib/domain/ids.ts'
import { PACKAGE_NAME } from '#server/compute/package-store.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ notebookId: z.uuid(), name: z.string().regex(PACKAGE_NAME) })

export const removePackageTask = (deps: Pick<WorkerDeps, 'packages'>): Task => async (payload) => {
  const { notebookId, name } = payloadSchema.parse(payload)
  await deps.packages.remove(notebookId as NotebookId, name)
}
