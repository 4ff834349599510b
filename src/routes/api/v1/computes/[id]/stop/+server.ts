/** Stop a compute. */
import { idParams } from '#lib/server/api-schemas.ts'
import { computeSchema } from '#lib/server/compute-schemas.ts'
import { stopCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'stop-compute', summary: 'Stop a compute', description: 'Answers at once with the state it is on its way to.', params: idParams, response: computeSchema, status: 202 },
  ({ deps, actor, params, requestId }) => stopCompute(deps, actor, { computeId: params.id, requestId }))
