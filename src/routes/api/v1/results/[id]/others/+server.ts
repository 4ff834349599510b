/** What a result can be compared with. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { otherResultSchema } from '#lib/server/comparison-schemas.ts'
import { listOtherResults } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-other-results', summary: 'List the results of the same cell', description: 'Newest first, the result itself among them; for members, not for guests of a link.', params: idParams, response: z.array(otherResultSchema) },
  ({ deps, actor, params }) => listOtherResults(deps, actor, params.id))
