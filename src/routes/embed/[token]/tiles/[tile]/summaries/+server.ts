/** What columns of an embedded table hold. The token of the address is all that counts. */
import { z } from 'zod'
import { summarizeEmbed } from '#lib/server/door.ts'
import { summariesRequest, summarySchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'summarize-embed', summary: 'Summarize columns of an embedded table', access: 'public',
  params: z.object({ token: z.string(), tile: z.uuid() }), query: z.strictObject({ result: z.uuid().optional() }), body: summariesRequest, response: z.array(summarySchema),
}, ({ deps, params, query, body, event }) =>
  whileWanted(event, (signal) => summarizeEmbed(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, columns: body.columns }, signal)))
