/** One run of a workflow, with the state of each step. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readWorkflowRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { workflowRunSchema } from '#lib/server/schedule-schemas.ts'

export const GET = route({ name: 'read-workflow-run', summary: 'Read a run of a workflow', params: idParams, response: workflowRunSchema },
  ({ deps, actor, params }) => readWorkflowRun(deps, actor, params.id))
