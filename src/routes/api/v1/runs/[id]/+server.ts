/** One run with its cells, the exact source that they ran, and what it ran on. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runDetailSchema } from '#lib/server/run-schemas.ts'

export const GET = route({ name: 'read-run', summary: 'Read a run', params: idParams, response: runDetailSchema },
  ({ deps, actor, params }) => readRun(deps, actor, params.id))
