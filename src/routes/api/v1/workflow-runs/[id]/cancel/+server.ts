/** Cancel a run of a workflow. */
import { idParams } from '#lib/server/api-schemas.ts'
import { cancelWorkflowRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { workflowRunSchema } from '#lib/server/schedule-schemas.ts'

export const POST = route({ name: 'cancel-workflow-run', summary: 'Cancel a run of a workflow', params: idParams, response: workflowRunSchema },
  ({ deps, actor, params, requestId }) => cancelWorkflowRun(deps, actor, { workflowRunId: params.id, requestId }))
