/** Start a compute. */
import { idParams } from '#lib/server/api-schemas.ts'
import { computeSchema } from '#lib/server/compute-schemas.ts'
import { startCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'start-compute', summary: 'Start a compute', description: 'Answers at once with the state it is on its way to.', params: idParams, response: computeSchema, status: 202 },
  ({ deps, actor, params, requestId }) => startCompute(deps, actor, { computeId: params.id, requestId }))
