/** Rows of a result. A POST because sort and filter are a body; it changes nothing. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readPage } from '#lib/server/door.ts'
import { pageRequest, pageSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-result-page',
  summary: 'Read rows of a result',
  description: 'Sorted and filtered by the server over the whole stored table. The same request gives the same rows for ever.',
  params: idParams, body: pageRequest, response: pageSchema,
}, ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => readPage(deps, actor, params.id, body, signal)))
