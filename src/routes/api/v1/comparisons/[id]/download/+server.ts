/** The rows that differ as a file, whole or as a view of them. */
import { z } from 'zod'
import { FILE_MEDIA } from '#lib/domain/result-file.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { downloadDifference } from '#lib/server/door.ts'
import { fileRequestOf } from '#lib/server/file-request.ts'
import { downloadQuery, downloadRequest } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const GET = route({
  name: 'download-difference',
  summary: 'Download rows that differ as a file',
  description: 'As a result is downloaded.',
  params: idParams, query: downloadQuery, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params, query, event }) => {
  const made = await whileWanted(event, (signal) => downloadDifference(deps, actor, params.id, fileRequestOf(query), signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})

export const POST = route({
  name: 'download-difference-view',
  summary: 'Download a view of rows that differ as a file',
  description: 'The same file, asked for in a body, which has room for the names of many columns.',
  params: idParams, body: downloadRequest, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params, body, event }) => {
  const made = await whileWanted(event, (signal) => downloadDifference(deps, actor, params.id, body, signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})
