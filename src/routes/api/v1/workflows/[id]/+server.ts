/** One workflow: read it with its runs, change it, delete it. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { deleteWorkflow, readWorkflow, updateWorkflow } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { stepsField, workflowSchema, workflowWithRunsSchema } from '#lib/server/schedule-schemas.ts'

export const GET = route({ name: 'read-workflow', summary: 'Read a workflow with its newest runs', params: idParams, response: workflowWithRunsSchema },
  ({ deps, actor, params }) => readWorkflow(deps, actor, params.id))

export const PATCH = route({
  name: 'update-workflow',
  summary: 'Rename a workflow or replace its steps',
  description: 'Runs that go on keep the steps they began with.',
  params: idParams,
  body: z.strictObject({ name: z.string().max(200).optional(), steps: stepsField.optional() }),
  response: workflowSchema,
}, ({ deps, actor, params, body, requestId }) => updateWorkflow(deps, actor, { ...body, workflowId: params.id, requestId }))

export const DELETE = route({ name: 'delete-workflow', summary: 'Delete a workflow and its history', params: idParams, response: null },
  ({ deps, actor, params, requestId }) => deleteWorkflow(deps, actor, { workflowId: params.id, requestId }))
