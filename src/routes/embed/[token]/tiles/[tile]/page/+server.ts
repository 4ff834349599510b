/** Rows of an embedded table. The token of the address is all that counts. */
import { z } from 'zod'
import { readEmbedPage } from '#lib/server/door.ts'
import { pageRequest, pageSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-embed-page', summary: 'Read rows of an embedded table', access: 'public',
  params: z.object({ token: z.string(), tile: z.uuid() }), query: z.strictObject({ result: z.uuid().optional() }), body: pageRequest, response: pageSchema,
}, ({ deps, params, query, body, event }) =>
  whileWanted(event, (signal) => readEmbedPage(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, page: body }, signal)))
