/** A result as a file, whole or as a view of it. */
import { z } from 'zod'
import { FILE_MEDIA } from '#lib/domain/result-file.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { downloadResult } from '#lib/server/door.ts'
import { fileRequestOf } from '#lib/server/file-request.ts'
import { downloadQuery, downloadRequest } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const GET = route({
  name: 'download-result',
  summary: 'Download a result as a file',
  description: 'All rows, or those of a filter in the order of a sort, as CSV (RFC 4180), Parquet or Excel. Parquet keeps every type. In CSV and Excel a text that a spreadsheet would take for a formula gets an apostrophe in front.',
  params: idParams, query: downloadQuery, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params, query, event }) => {
  const made = await whileWanted(event, (signal) => downloadResult(deps, actor, params.id, fileRequestOf(query), signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})

export const POST = route({
  name: 'download-result-view',
  summary: 'Download a view of a result as a file',
  description: 'The same file, asked for in a body, which has room for the names of many columns.',
  params: idParams, body: downloadRequest, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params, body, event }) => {
  const made = await whileWanted(event, (signal) => downloadResult(deps, actor, params.id, body, signal))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})
