/** A table as a file, whole or as a view of it, now or at a version. */
import { z } from 'zod'
import { FILE_MEDIA } from '#lib/domain/result-file.ts'
import { tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { downloadTable } from '#lib/server/door.ts'
import { fileRequestOf } from '#lib/server/file-request.ts'
import { downloadQuery, downloadRequest } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const GET = route({
  name: 'download-table', summary: 'Download a table as a file', description: 'All rows, or those of a filter in the order of a sort, as CSV, Parquet or Excel, as of a result.',
  params: tableParams, query: downloadQuery.extend(versionQuery.shape), response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params: { id, ...name }, query: { version, ...query }, event }) => {
  const made = await whileWanted(event, (signal) => downloadTable(deps, actor, { ...name, workspaceId: id, version: version ?? null, file: fileRequestOf(query), signal }))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})

export const POST = route({
  name: 'download-table-view', summary: 'Download a view of a table as a file', description: 'The same file, asked for in a body, which has room for the names of many columns.',
  params: tableParams, query: versionQuery, body: downloadRequest, response: z.string(), streams: Object.values(FILE_MEDIA),
}, async ({ deps, actor, params: { id, ...name }, query: { version }, body, event }) => {
  const made = await whileWanted(event, (signal) => downloadTable(deps, actor, { ...name, workspaceId: id, version: version ?? null, file: body, signal }))
  return made.ok ? new Response(made.value.body, { headers: made.value.headers }) : made
})
