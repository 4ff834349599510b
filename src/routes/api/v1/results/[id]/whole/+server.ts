/** All rows of a table of which its cell showed the first. */
import { idParams } from '#lib/server/api-schemas.ts'
import { requestWhole } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runSchema } from '#lib/server/run-schemas.ts'

export const POST = route({
  name: 'load-whole-result',
  summary: 'Load all rows of a table that was cut',
  description: 'No cell runs: the kernel writes the table that it still has, as a run in the notebook’s queue, and a new result takes the place of this one. Refused with `frame-gone` when the kernel does not have it any more; then only running the cell again with `rowLimit` null gives all rows.',
  params: idParams,
  response: runSchema,
  status: 201,
}, ({ deps, actor, params, requestId }) => requestWhole(deps, actor, { resultId: params.id, requestId }))
