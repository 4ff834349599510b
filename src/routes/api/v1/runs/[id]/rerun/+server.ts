/** Does a run again as it was: the same text and parameters, whatever the notebook says now. */
import { idParams } from '#lib/server/api-schemas.ts'
import { rerunRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runSchema } from '#lib/server/run-schemas.ts'

export const POST = route({
  name: 'rerun-run',
  summary: 'Run again exactly',
  description: 'The same cells with the same text and parameters, even if they were changed or deleted since.',
  params: idParams,
  response: runSchema,
  status: 201,
}, ({ deps, actor, params, requestId }) => rerunRun(deps, actor, { runId: params.id, requestId }))
