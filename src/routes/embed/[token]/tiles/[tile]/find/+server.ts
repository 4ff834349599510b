/** Where a text stands in an embedded table. The token of the address is all that counts. */
import { z } from 'zod'
import { findInEmbed } from '#lib/server/door.ts'
import { findRequest, foundSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'find-in-embed', summary: 'Look for a text in an embedded table', access: 'public',
  params: z.object({ token: z.string(), tile: z.uuid() }), query: z.strictObject({ result: z.uuid().optional() }), body: findRequest, response: foundSchema,
}, ({ deps, params, query, body, event }) =>
  whileWanted(event, (signal) => findInEmbed(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, find: body }, signal)))
