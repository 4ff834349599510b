/** One run with its cells and the exact source that they ran. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { runSchema } from '#lib/server/run-schemas.ts'

export const GET = route({ name: 'read-run', summary: 'Read a run', params: idParams, response: runSchema },
  ({ deps, actor, params }) => readRun(deps, actor, params.id))
