/** Where a text stands in a result. A POST because sort and filter are a body; it changes nothing. */
import { idParams } from '#lib/server/api-schemas.ts'
import { findInResult } from '#lib/server/door.ts'
import { findRequest, foundSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'find-in-result',
  summary: 'Look for a text in a result',
  description: 'In every column of the whole stored table; the rows that hold it, by their place in the sorted and filtered rows.',
  params: idParams, body: findRequest, response: foundSchema,
}, ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => findInResult(deps, actor, params.id, body, signal)))
