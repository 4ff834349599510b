/** What a notebook shows now: the newest run of each cell with its outputs. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readOutputs } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { snapshotSchema } from '#lib/server/run-schemas.ts'

export const GET = route({
  name: 'read-outputs',
  summary: 'Read the newest run of each cell with its outputs',
  params: idParams,
  response: snapshotSchema,
}, ({ deps, actor, params }) => readOutputs(deps, actor, params.id))
