/** An embedded table as a file. The token of the address is all that counts. */
import { z } from 'zod'
import { FILE_MEDIA } from '#lib/domain/result-file.ts'
import { downloadEmbed } from '#lib/server/door.ts'
import { fileRequestOf } from '#lib/server/file-request.ts'
import { downloadQuery } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const GET = route({
  name: 'download-embed', summary: 'Download an embedded table', access: 'public',
  params: z.object({ token: z.string(), tile: z.uuid() }), query: downloadQuery.extend({ result: z.uuid().optional() }), response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, params, query, event }) => {
  const made = await whileWanted(event, (signal) => downloadEmbed(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, file: fileRequestOf(query) }, signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})
