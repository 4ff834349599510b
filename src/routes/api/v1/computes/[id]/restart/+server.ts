/** Restart a compute. */
import { idParams } from '#lib/server/api-schemas.ts'
import { computeSchema } from '#lib/server/compute-schemas.ts'
import { restartCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'restart-compute', summary: 'Restart a compute', description: 'What runs on it fails with a sentence. A remote one is asked whether it answers.', params: idParams, response: computeSchema, status: 202 },
  ({ deps, actor, params, requestId }) => restartCompute(deps, actor, { computeId: params.id, requestId }))
