/** Task `run-notebook`: one run. The job never fails: what goes wrong is written to the run, and the sweep sees to the rest. */
import type { Task } from 'graphile-worker'
import { z } from 'zod'
import type { RunId } from '#lib/domain/ids.ts'
import { executeRun } from '../runs/execute-run.ts'
import type { WorkerDeps } from '../worker-deps.ts'

const payloadSchema = z.object({ runId: z.uuid() })

export const runNotebookTask = (deps: WorkerDeps): Task => async (payload) => {
  const runId = payloadSchema.parse(payload).runId as RunId
  try {
    await executeRun({ ...deps, warmCompute: (run) => deps.computes.warm(run.workspaceId) }, runId)
  } catch (error) {
    deps.log.error({ err: error, runId }, 'a run could not be executed')
  }
}
