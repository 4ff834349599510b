/** Go on from where a run of a workflow failed. */
import { idParams } from '#lib/server/api-schemas.ts'
import { rerunFailedSteps } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { workflowRunSchema } from '#lib/server/schedule-schemas.ts'

export const POST = route({
  name: 'rerun-failed-steps', summary: 'Run again from the failed step', description: 'A new run that keeps the steps that had succeeded.',
  params: idParams, response: workflowRunSchema, status: 201,
}, ({ deps, actor, params, requestId }) => rerunFailedSteps(deps, actor, { workflowRunId: params.id, requestId }))
