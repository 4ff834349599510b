/** One compute: read, change, make it the default, delete. */
import { idParams } from '#lib/server/api-schemas.ts'
import { computeSchema, deleteComputeQuery, editComputeBody } from '#lib/server/compute-schemas.ts'
import { deleteCompute, editCompute, readCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-compute', summary: 'Read a compute and its state', params: idParams, response: computeSchema },
  ({ deps, actor, params }) => readCompute(deps, actor, { computeId: params.id }))

export const PATCH = route({
  name: 'edit-compute', summary: 'Change a compute or make it the default', description: 'Memory and cores take effect when Spark starts next.',
  params: idParams, body: editComputeBody, response: computeSchema,
}, ({ deps, actor, params, body, requestId }) => editCompute(deps, actor, { ...body, computeId: params.id, requestId }))

export const DELETE = route({ name: 'delete-compute', summary: 'Delete a compute', params: idParams, query: deleteComputeQuery, response: null },
  ({ deps, actor, params, query, requestId }) => deleteCompute(deps, actor, { computeId: params.id, movesNotebooks: query.notebooks === 'move', requestId }))
