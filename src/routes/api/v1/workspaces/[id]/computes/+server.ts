/** The computes of a workspace. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { computeSchema, createComputeBody } from '#lib/server/compute-schemas.ts'
import { createCompute, listComputes } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-computes', summary: 'List the computes of a workspace', params: workspaceParams, response: z.array(computeSchema) },
  ({ deps, actor, params }) => listComputes(deps, actor, { workspaceId: params.id }))

export const POST = route({
  name: 'create-compute', summary: 'Make a compute', description: 'Owners only. The address of a remote one is tried at once, and refused with the reason when Spark does not answer.',
  params: workspaceParams, body: createComputeBody, response: computeSchema, status: 201,
}, ({ deps, actor, params, body, requestId }) => createCompute(deps, actor, { ...body, workspaceId: params.id, requestId }))
