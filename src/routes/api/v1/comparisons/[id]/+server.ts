/** One comparison: what differs, not the rows. */
import { idParams } from '#lib/server/api-schemas.ts'
import { comparisonSchema } from '#lib/server/comparison-schemas.ts'
import { readComparison } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-comparison', summary: 'Read a comparison', params: idParams, response: comparisonSchema },
  ({ deps, actor, params }) => readComparison(deps, actor, params.id))
