/** Does a run again with every table as it was read: see docs/provenance.md. */
import { idParams } from '#lib/server/api-schemas.ts'
import { repeatRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runSchema } from '#lib/server/run-schemas.ts'

export const POST = route({
  name: 'repeat-run',
  summary: 'Run again with the tables of then',
  description: 'The same text and parameters in a kernel of its own, every Delta table at the version that the run read. Its verdict says whether the same came out.',
  params: idParams,
  response: runSchema,
  status: 201,
}, ({ deps, actor, params, requestId }) => repeatRun(deps, actor, { runId: params.id, requestId }))
