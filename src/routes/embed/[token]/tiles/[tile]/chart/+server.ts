/** The points of an embedded chart. What is drawn is the tile's choice, so the body is not looked at. */
import { z } from 'zod'
import { readEmbedChart } from '#lib/server/door.ts'
import { chartSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-embed-chart', summary: 'Read the points of an embedded chart', access: 'public',
  params: z.object({ token: z.string(), tile: z.uuid() }), query: z.strictObject({ result: z.uuid().optional() }), response: chartSchema,
}, ({ deps, params, query, event }) =>
  whileWanted(event, (signal) => readEmbedChart(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null }, signal)))
