/** The workflows of a workspace: list them, make one. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { createWorkflow, listWorkflows } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { stepsField, workflowSchema } from '#lib/server/schedule-schemas.ts'

export const GET = route({ name: 'list-workflows', summary: 'List workflows', params: workspaceParams, response: z.array(workflowSchema) },
  ({ deps, actor, params }) => listWorkflows(deps, actor, params.id))

export const POST = route({
  name: 'create-workflow',
  summary: 'Make a workflow of notebooks',
  params: workspaceParams,
  body: z.strictObject({ name: z.string().max(200), steps: stepsField.default([]) }),
  response: workflowSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) => createWorkflow(deps, actor, { ...body, workspaceId: params.id, requestId }))
