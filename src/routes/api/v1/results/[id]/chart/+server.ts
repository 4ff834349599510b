/** The points of a chart over a whole result. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readChart } from '#lib/server/door.ts'
import { chartEncoding, chartSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-result-chart',
  summary: 'Read the points of a chart of a result',
  description: 'Aggregated over the whole stored table; at most 5 000 points.',
  params: idParams, body: chartEncoding, response: chartSchema,
}, ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => readChart(deps, actor, params.id, body, signal)))
