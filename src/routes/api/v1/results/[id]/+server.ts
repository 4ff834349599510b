/** One result: what it is, not its rows. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readResult } from '#lib/server/door.ts'
import { resultSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-result', summary: 'Read what a result is', params: idParams, response: resultSchema },
  ({ deps, actor, params }) => readResult(deps, actor, params.id))
