/** Rows that differ. A POST because sort and filter are a body; it changes nothing. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readDifference } from '#lib/server/door.ts'
import { pageRequest, pageSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({ name: 'read-difference-page', summary: 'Read rows that differ', params: idParams, body: pageRequest, response: pageSchema },
  ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => readDifference(deps, actor, params.id, body, signal)))
