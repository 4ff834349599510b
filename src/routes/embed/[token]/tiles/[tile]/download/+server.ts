/** An embedded table as a file. The token of the address is all that counts. */
import { z } from 'zod'
import { FILE_MEDIA } from '#lib/domain/result-file.ts'
import { downloadEmbed } from '#lib/server/door.ts'
import { fileRequestOf } from '#lib/server/file-request.ts'
import { downloadQuery, downloadRequest } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

const embedParams = z.object({ token: z.string(), tile: z.uuid() })
const resultQuery = z.strictObject({ result: z.uuid().optional() })

export const GET = route({
  name: 'download-embed', summary: 'Download an embedded table', access: 'public',
  params: embedParams, query: downloadQuery.extend(resultQuery.shape), response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, params, query, event }) => {
  const made = await whileWanted(event, (signal) => downloadEmbed(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, file: fileRequestOf(query) }, signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})

export const POST = route({
  name: 'download-embed-view', summary: 'Download a view of an embedded table', access: 'public',
  params: embedParams, query: resultQuery, body: downloadRequest, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, params, query, body, event }) => {
  const made = await whileWanted(event, (signal) => downloadEmbed(deps, { token: params.token, address: event.getClientAddress(), tileId: params.tile, resultId: query.result ?? null, file: body }, signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})
