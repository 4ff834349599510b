/** What cells of runs read, and whether those tables are today as they were then. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readProvenance } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { provenanceRequest, provenanceSchema } from '#lib/server/run-schemas.ts'

export const POST = route({
  name: 'read-provenance',
  summary: 'Where outputs came from',
  description: 'Which Delta tables these cells read in these runs, at which version, and the version that each table has now.',
  params: idParams, body: provenanceRequest, response: provenanceSchema,
}, ({ deps, actor, params, body }) => readProvenance(deps, actor, { notebookId: params.id, cells: body.cells }))
