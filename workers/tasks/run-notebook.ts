/** Task `run-notebook`: one run. The job never fails: what goes wrong is written to the run, and the sweep sees to the rest. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { NotebookId, RunId } from '#lib/domain/ids.ts'
import { executeRun } from '../runs/execute-run.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ runId: z.uuid(), notebookId: z.uuid().nullable() })

export const runNotebookTask = (deps: WorkerDeps): Task => async (payload) => {
  const { runId, notebookId } = payloadSchema.parse(payload) as { runId: RunId; notebookId: NotebookId | null }
  try {
    await executeRun({ ...deps, warmCompute: (run) => deps.computes.warm(run), sparkUrl: (kernelId) => deps.computes.knownUrl(kernelId) }, { runId, notebookId })
  } catch (error) {
    deps.log.error({ err: error, runId }, 'a run could not be executed')
  }
}
