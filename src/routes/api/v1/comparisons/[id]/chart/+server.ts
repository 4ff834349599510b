/** The points of a chart over the rows that differ. */
import { idParams } from '#lib/server/api-schemas.ts'
import { chartDifference } from '#lib/server/door.ts'
import { chartEncoding, chartSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({ name: 'read-difference-chart', summary: 'Read the points of a chart of rows that differ', params: idParams, body: chartEncoding, response: chartSchema },
  ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => chartDifference(deps, actor, params.id, body, signal)))
