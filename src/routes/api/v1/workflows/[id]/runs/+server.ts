/** Start a run of a workflow. */
import { idParams } from '#lib/server/api-schemas.ts'
import { startWorkflowRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { workflowRunSchema } from '#lib/server/schedule-schemas.ts'

export const POST = route({ name: 'start-workflow-run', summary: 'Run a workflow', params: idParams, response: workflowRunSchema, status: 201 },
  ({ deps, actor, params, requestId }) => startWorkflowRun(deps, actor, { workflowId: params.id, requestId }))
