/** One compute. */
import { idParams } from '#lib/server/api-schemas.ts'
import { computeSchema } from '#lib/server/compute-schemas.ts'
import { readCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-compute', summary: 'Read a compute and its state', params: idParams, response: computeSchema },
  ({ deps, actor, params }) => readCompute(deps, actor, { computeId: params.id }))
