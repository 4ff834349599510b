/** The end of a compute's log. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { readComputeLog } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-compute-log', summary: 'Read the end of a compute’s log', params: idParams, response: z.object({ text: z.string() }) },
  ({ deps, actor, params }) => readComputeLog(deps, actor, { computeId: params.id }))
