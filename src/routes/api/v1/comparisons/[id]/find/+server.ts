/** Where a text stands in the rows that differ. */
import { idParams } from '#lib/server/api-schemas.ts'
import { findInDifference } from '#lib/server/door.ts'
import { findRequest, foundSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({ name: 'find-in-difference', summary: 'Look for a text in rows that differ', params: idParams, body: findRequest, response: foundSchema },
  ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => findInDifference(deps, actor, params.id, body, signal)))
